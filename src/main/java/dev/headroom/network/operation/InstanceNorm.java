package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Normalisation of each channel of each sample.
///
/// Runs as a batch norm over batch · channels channels: saves its input, mean and inverse deviation
/// of each. Source: `torch.nn.InstanceNormNd`, `aten/src/ATen/native/Normalization.cpp`.
public record InstanceNorm(int numFeatures, boolean affine, boolean trackRunningStats)
    implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("instance_norm", InstanceNorm.class)
              .integers("num_features")
              .booleans("affine", "track_running_stats")
              .read(
                  in ->
                      new InstanceNorm(
                          in.integer("num_features"),
                          in.bool("affine", true),
                          in.bool("track_running_stats", true))));

  public InstanceNorm {
    Extents.atLeast("num_features", numFeatures, 1);
  }

  @Override
  public String type() {
    return "instance_norm";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("num_features", numFeatures);
    out.bool("affine", affine);
    out.bool("track_running_stats", trackRunningStats);
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }

  @Override
  public List<TensorShape> parameters() {
    TensorShape channels = TensorShape.of(numFeatures);
    return affine ? List.of(channels, channels) : List.of();
  }

  @Override
  public List<Input> buffers() {
    return trackRunningStats ? BatchNorm.runningStats(numFeatures) : List.of();
  }
}
