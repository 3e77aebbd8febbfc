package dev.headroom.network.tensor;

/// The number format of a tensor, by its name in layer configs.
public enum DType {
  FLOAT64("float64", 8),
  FLOAT32("float32", 4),
  FLOAT16("float16", 2),
  BFLOAT16("bfloat16", 2),
  INT64("int64", 8),
  INT32("int32", 4),
  INT16("int16", 2),
  INT8("int8", 1),
  UINT8("uint8", 1),
  BOOL("bool", 1);

  private final String wireName;
  private final int bytes;

  DType(String wireName, int bytes) {
    this.wireName = wireName;
    this.bytes = bytes;
  }

  public String wireName() {
    return wireName;
  }

  /// Bytes of one element.
  public int bytes() {
    return bytes;
  }

  public boolean isFloating() {
    return this == FLOAT64 || this == FLOAT32 || isHalf();
  }

  /// Two bytes a number: what autocast computes in.
  public boolean isHalf() {
    return this == FLOAT16 || this == BFLOAT16;
  }

  /// The format of that name.
  ///
  /// @throws IllegalArgumentException naming the expression, if there is none
  public static DType of(String wireName) {
    for (DType type : values()) {
      if (type.wireName.equals(wireName)) {
        return type;
      }
    }
    throw new IllegalArgumentException("dtype unknown: " + wireName);
  }
}
