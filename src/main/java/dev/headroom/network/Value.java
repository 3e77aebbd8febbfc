package dev.headroom.network;

/// The shape of a value and whether it grows with the batch.
///
/// @param shape without the batch dimension if it grows with the batch, whole if it does not
public record Value(TensorShape shape, boolean batched) {

  public static Value batched(TensorShape shape) {
    return new Value(shape, true);
  }

  /// Elements for a batch.
  public long elements(long batchSize) {
    return batched ? Math.multiplyExact(batchSize, shape.elements()) : shape.elements();
  }

  /// This value with another shape.
  public Value as(TensorShape changed) {
    return new Value(changed, batched);
  }
}
