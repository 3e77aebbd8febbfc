package dev.headroom.memory;

/// The seven categories of a budget; a storage belongs to one and is counted once.
public enum Category {
  /// Weights and biases, and buffers such as running statistics.
  PARAMETERS("parameters"),
  /// Held outputs of convolution, pooling, normalisation, linear and merging layers.
  FEATURE_MAPS("feature_maps"),
  /// Held outputs of activation functions, and what those save: masks, clones.
  ACTIVATIONS("activations"),
  /// Parameter gradients, and at the peak the gradients of feature maps in flight.
  GRADIENTS("gradients"),
  /// Momenta, variances, master weights, and the step's temporaries.
  OPTIMIZER_STATE("optimizer_state"),
  /// The batch and its targets.
  INPUT_DATA("input_data"),
  /// Indices and statistics, rounding and fragmentation, workspaces, buffers, the CUDA context.
  OTHER("other");

  private final String wireName;

  Category(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics, JSON and configs.
  public String wireName() {
    return wireName;
  }
}
