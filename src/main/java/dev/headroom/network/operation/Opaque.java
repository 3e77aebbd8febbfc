package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Anything else, described by what it holds.
///
/// @param parameterCount how many trained numbers it has
/// @param savesInputs positions of inputs that it saves
/// @param savedBytesPerSample what it saves beyond inputs and output, for each sample
/// @param savedBytes the same, once a batch
public record Opaque(
    String operator,
    TensorShape outputShape,
    long parameterCount,
    List<Integer> savesInputs,
    boolean savesOutput,
    long savedBytesPerSample,
    long savedBytes)
    implements Operation {

  private static final int MAX_INPUTS = 1 << 20;

  public Opaque {
    Extents.atLeast("parameters", parameterCount, 0);
    Extents.atLeast("saved_bytes_per_sample", savedBytesPerSample, 0);
    Extents.atLeast("saved_bytes", savedBytes, 0);
    savesInputs = Extents.atLeast("saves_inputs", savesInputs, 0);
    for (int position : savesInputs) {
      if (position >= MAX_INPUTS) {
        throw new IllegalArgumentException("saves_inputs >= " + MAX_INPUTS + ": " + position);
      }
    }
  }

  @Override
  public int minInputs() {
    return savesInputs.stream().mapToInt(i -> i + 1).max().orElse(0);
  }

  @Override
  public int maxInputs() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Value result(List<Value> inputs) {
    return Value.batched(outputShape);
  }

  @Override
  public List<TensorShape> parameters() {
    return parameterCount == 0 ? List.of() : List.of(TensorShape.of(parameterCount));
  }
}
