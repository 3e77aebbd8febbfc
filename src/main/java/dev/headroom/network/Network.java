package dev.headroom.network;

import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A network: inputs, layers in execution order, outputs, and the loss.
///
/// Building one checks the whole graph and infers every shape; what is wrong is an
/// [IllegalArgumentException] that names the layer.
public final class Network implements ModelDescription {

  public static final int MAX_LAYERS = 20_000;

  /// A recurrent layer of a hundred bytes may stand for thousands of tensors.
  static final int MAX_TENSORS = 100_000;

  private final List<Input> inputs;
  private final List<Layer> layers;
  private final List<String> outputs;
  private final Loss loss;
  private final Lifetimes lifetimes;
  private final Map<String, Value> values;

  /// @throws IllegalArgumentException naming the layer and what is wrong with it
  public Network(
      List<Input> inputs,
      List<Layer> layers,
      List<String> outputs,
      Loss loss,
      Lifetimes lifetimes) {
    this.inputs = List.copyOf(inputs);
    this.layers = List.copyOf(layers);
    this.outputs = List.copyOf(outputs);
    this.loss = loss;
    this.lifetimes = lifetimes;
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("layers are empty");
    }
    if (layers.size() > MAX_LAYERS) {
      throw new IllegalArgumentException("layers > " + MAX_LAYERS + ": " + layers.size());
    }
    this.values = new GraphCheck(this.inputs, this.layers).values();
    Stream.concat(this.outputs.stream(), loss.inputs().stream())
        .filter(name -> !values.containsKey(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException("output names no layer: " + name);
            });
  }

  public List<Input> inputs() {
    return inputs;
  }

  public List<Layer> layers() {
    return layers;
  }

  public List<String> outputs() {
    return outputs;
  }

  public Loss loss() {
    return loss;
  }

  public Lifetimes lifetimes() {
    return lifetimes;
  }

  /// The inferred shape of an input or of a layer's result.
  ///
  /// @throws IllegalArgumentException if there is none of that name
  public Value value(String name) {
    Value value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no layer or input of that name: " + name);
    }
    return value;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Network that
        && inputs.equals(that.inputs)
        && layers.equals(that.layers)
        && outputs.equals(that.outputs)
        && loss.equals(that.loss)
        && lifetimes == that.lifetimes;
  }

  @Override
  public int hashCode() {
    return Objects.hash(inputs, layers, outputs, loss, lifetimes);
  }
}
