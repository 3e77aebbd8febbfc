package dev.headroom.network.tensor;

/// The shape of a value and whether it grows with the batch.
///
/// @param shape without the batch dimension if it grows with the batch, whole if it does not
/// @param folded whether the batch is a factor of the first extent, not a dimension before it
public record Value(TensorShape shape, boolean batched, boolean folded) {

  public Value(TensorShape shape, boolean batched) {
    this(shape, batched, false);
  }

  public static Value batched(TensorShape shape) {
    return new Value(shape, true);
  }

  /// Elements for a batch.
  public long elements(long batchSize) {
    return batched ? Math.multiplyExact(batchSize, shape.elements()) : shape.elements();
  }

  /// This value with another shape. The batch stays where it is if the first extent does.
  public Value as(TensorShape changed) {
    boolean stays = shape.rank() > 0 && changed.rank() > 0 && shape.extent(0) == changed.extent(0);
    return new Value(changed, batched, folded && stays);
  }

  /// This value, growing with the batch or not.
  public Value growing(boolean grows) {
    return new Value(shape, grows, folded);
  }
}
