package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Division by a power of the neighbouring channels' energy.
///
/// Made of a square, a padded view of it, an average pool, a product, a sum, a power and a
/// division. Source: `torch.nn.functional.local_response_norm`.
public record LocalResponseNorm(int size) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("local_response_norm", LocalResponseNorm.class)
              .integers("size")
              .read(in -> new LocalResponseNorm(in.integer("size"))));

  public LocalResponseNorm {
    Extents.atLeast("size", size, 1);
  }

  @Override
  public String type() {
    return "local_response_norm";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("size", size);
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}
