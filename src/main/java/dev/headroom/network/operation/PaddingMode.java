package dev.headroom.network.operation;

/// What a padded border is filled with. Source: `torch.nn.functional.pad`.
public enum PaddingMode {
  CONSTANT("constant"),
  REFLECT("reflect"),
  REPLICATE("replicate"),
  CIRCULAR("circular");

  private final String wireName;

  PaddingMode(String wireName) {
    this.wireName = wireName;
  }

  /// The name in PyTorch and in layer configs.
  public String wireName() {
    return wireName;
  }

  /// Whether the padding saves its input. Source: `reflection_pad1d` to `replication_pad3d` in
  /// `derivatives.yaml`; the circular kind is made of copies, the constant one saves nothing.
  public boolean savesInput() {
    return this == REFLECT || this == REPLICATE;
  }

  /// Of an attribute that may be absent.
  static PaddingMode of(AttributeReader in, String attribute) {
    return in.has(attribute)
        ? in.oneOf(attribute, values(), PaddingMode::wireName)
        : PaddingMode.CONSTANT;
  }
}
