package dev.headroom.network.operation;

import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.stream.IntStream;

/// Normalisation over the batch, a channel at a time.
///
/// Saves its input, mean and inverse deviation of the batch (one float32 a channel each). Its
/// buffers are running mean, running variance and a count of batches. Source:
/// `torch.nn.BatchNormNd`.
///
/// @param dimensions of its name only, 1 to 3: what it does is the same
public record BatchNorm(int dimensions, int numFeatures, boolean affine, boolean trackRunningStats)
    implements Operation {

  static final List<OperationType> TYPES =
      IntStream.rangeClosed(1, 3).mapToObj(BatchNorm::type).toList();

  public BatchNorm {
    Extents.atLeast("num_features", numFeatures, 1);
  }

  private static OperationType type(int dimensions) {
    return OperationType.named(name(dimensions), BatchNorm.class)
        .integers("num_features")
        .booleans("affine", "track_running_stats")
        .read(
            in ->
                new BatchNorm(
                    dimensions,
                    in.integer("num_features"),
                    in.bool("affine", true),
                    in.bool("track_running_stats", true)));
  }

  private static String name(int dimensions) {
    return "batch_norm" + dimensions + "d";
  }

  @Override
  public String type() {
    return name(dimensions);
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
    return trackRunningStats ? runningStats(numFeatures) : List.of();
  }

  /// Running mean, running variance and a count of batches.
  static List<Input> runningStats(int features) {
    TensorShape channels = TensorShape.of(features);
    return List.of(
        new Input("running_mean", channels, DType.FLOAT32),
        new Input("running_var", channels, DType.FLOAT32),
        new Input("num_batches_tracked", TensorShape.of(), DType.INT64));
  }
}
