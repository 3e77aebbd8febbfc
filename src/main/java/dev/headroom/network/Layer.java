package dev.headroom.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One layer of the graph: its place (name, inputs), what it does, and what is special about it.
///
/// @param name a module path, unique in the network
/// @param inputs earlier layers or inputs of the network, in the order of the arguments
/// @param traits what may be said of any layer
public record Layer(String name, List<String> inputs, Operation operation, Traits traits) {

  public Layer {
    inputs = List.copyOf(inputs);
  }

  public static Layer of(String name, List<String> inputs, Operation operation) {
    return new Layer(name, inputs, operation, Traits.NONE);
  }

  /// What may be said of any layer; an empty name means that nothing is said.
  ///
  /// @param shares the layer whose parameters this one uses
  /// @param weight the earlier value that is this layer's weight, not a parameter of its own
  /// @param heldUntil the layer up to which a reference keeps this layer's result alive
  /// @param trainable whether its parameters are trained
  /// @param trainingOnly whether evaluation leaves it out
  /// @param batched whether its result grows with the batch, where the config says so
  /// @param dtype the format of its result, where it is not the model's
  public record Traits(
      String shares,
      String weight,
      String heldUntil,
      boolean trainable,
      boolean trainingOnly,
      Growth batched,
      @Nullable DType dtype) {

    public static final Traits NONE = new Traits("", "", "", true, false, Growth.DEFAULT, null);
  }

  /// Whether a result grows with the batch.
  public enum Growth {
    /// The config does not say: it does, except for parameters, buffers and constants.
    DEFAULT,
    BATCHED,
    FIXED
  }
}
