package dev.headroom.budget.kernels;

import static dev.headroom.budget.kernels.KernelBuffers.together;

import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import org.jspecify.annotations.Nullable;

/// What cuDNN reserves and needs for a recurrent layer. Seen of cuDNN 9.19 on an H100, of inputs as
/// wide as the state; the library answers sizes only where there is a GPU.
///
/// @param gates of a cell: 4 of an LSTM, 3 of a GRU, 1 of an RNN
/// @param samples in the batch
/// @param steps of the sequence
/// @param input numbers of a step's input
/// @param hidden numbers of a state
/// @param layers one above the other
/// @param directions 1 or 2
/// @param elementBytes of a number: 2, 4 or 8
public record RecurrentBuffers(
    long gates,
    long samples,
    long steps,
    long input,
    long hidden,
    long layers,
    long directions,
    long elementBytes) {

  private static final long LSTM = 4;
  private static final long ALIGNED = 256;

  /// Those of a call of `_cudnn_rnn`, by the shapes of what it is given.
  ///
  /// @param layersAndDirections how many last states there are
  /// @param outputs numbers of a step's result
  /// @param rows of the first weight: gates · hidden
  /// @param elementBytes of a number of the result: autocast casts what is given
  public static RecurrentBuffers of(
      Tensor given,
      long samples,
      long input,
      long hidden,
      long layersAndDirections,
      long outputs,
      long rows,
      long elementBytes) {
    long directions = Math.max(1, outputs / hidden);
    return new RecurrentBuffers(
        rows / hidden,
        samples,
        given.elements / Math.multiplyExact(samples, input),
        input,
        hidden,
        Math.max(1, layersAndDirections / directions),
        directions,
        elementBytes);
  }

  /// Bytes that the forward pass keeps for the backward pass: of each step five states of an LSTM,
  /// six of a GRU, one of an RNN.
  ///
  /// @param dropout whether values are dropped between layers: then what is left of each inner
  ///     layer's result, and a bit for each number
  public long reserve(boolean dropout) {
    long states = gates == LSTM ? 5 : gates == 3 ? 6 : 1;
    long cells = Math.multiplyExact(layers, directions);
    long result = Math.multiplyExact(directions, steps(hidden));
    long dropped = result + Math.ceilDiv(result, 8 * elementBytes);
    return Math.multiplyExact(Math.multiplyExact(cells, states), steps(hidden))
        + (dropout ? Math.multiplyExact(layers - 1, dropped) : 0)
        + ALIGNED;
  }

  /// Bytes of the workspace of either pass in training: the weights in cuDNN's order, seven times
  /// the sequence, a few states; more of it for more layers and a second direction.
  ///
  /// Where the input is wider than the state, the sequence counts with the input's width: a bound.
  public long workspace() {
    long half = elementBytes == 2 ? 1 : 0;
    long sequences = 7 + half + 2 * (layers - 1) + 10 * (directions - 1);
    long states = gates == LSTM ? 11 + 9 * (layers - 1) + 13 * (directions - 1) : 5 * layers;
    return together(
        weights(),
        Math.multiplyExact(sequences, steps(Math.max(input, hidden))),
        Math.multiplyExact(states, state()),
        512);
  }

  /// What the forward pass holds for itself: the input in the sequence's order, the last state of
  /// each layer, the workspace.
  public long forward() {
    return together(steps(input), lastStates(), workspace());
  }

  /// What the backward pass holds beside the gradients of input and weights: the input in the
  /// sequence's order, gradients of the last states and of the first ones, the workspace.
  public long backward() {
    return together(steps(input), lastStates(), lastStates(), workspace());
  }

  /// Makes the gradients of input and weights.
  public @Nullable Tensor[] back(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = GradientRules.each(pass, node, gradient);
    pass.log.kernelTemporary(backward());
    return results;
  }

  /// Bytes of the weights without biases.
  private long weights() {
    long inner = Math.multiplyExact(layers - 1, hidden * directions);
    long width = input + inner + Math.multiplyExact(layers, hidden);
    long rows = Math.multiplyExact(Math.multiplyExact(gates, hidden), directions);
    return Math.multiplyExact(Math.multiplyExact(rows, width), elementBytes);
  }

  /// Bytes of what all layers hold of one step, cells of an LSTM counted.
  private long lastStates() {
    long tensors = gates == LSTM ? 2 : 1;
    return Math.multiplyExact(tensors, Math.multiplyExact(layers * directions, state()));
  }

  private long state() {
    return Math.multiplyExact(Math.multiplyExact(samples, hidden), elementBytes);
  }

  private long steps(long width) {
    return Math.multiplyExact(
        Math.multiplyExact(Math.multiplyExact(samples, steps), width), elementBytes);
  }
}
