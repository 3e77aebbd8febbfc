package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Normalisation over groups of channels of each sample.
///
/// Saves its input, mean and inverse deviation of each group of each sample. Source:
/// `torch.nn.GroupNorm`.
public record GroupNorm(int numGroups, int numChannels, boolean affine) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("group_norm", GroupNorm.class)
              .integers("num_groups", "num_channels")
              .booleans("affine")
              .read(
                  in ->
                      new GroupNorm(
                          in.integer("num_groups"),
                          in.integer("num_channels"),
                          in.bool("affine", true))));

  public GroupNorm {
    Extents.atLeast("num_groups", numGroups, 1);
    Extents.atLeast("num_channels", numChannels, 1);
    if (numChannels % numGroups != 0) {
      throw new IllegalArgumentException(
          "num_groups " + numGroups + " does not divide num_channels " + numChannels);
    }
  }

  @Override
  public String type() {
    return "group_norm";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("num_groups", numGroups);
    out.integer("num_channels", numChannels);
    out.bool("affine", affine);
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }

  @Override
  public List<TensorShape> parameters() {
    TensorShape channels = TensorShape.of(numChannels);
    return affine ? List.of(channels, channels) : List.of();
  }
}
