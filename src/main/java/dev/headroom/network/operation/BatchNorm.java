package dev.headroom.network.operation;

import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Normalisation over the batch, a channel at a time.
///
/// Saves its input, mean and inverse deviation of the batch (one float32 a channel each). Its
/// buffers are running mean, running variance and a count of batches. Source:
/// `torch.nn.BatchNormNd`.
public record BatchNorm(int numFeatures, boolean affine, boolean trackRunningStats)
    implements Operation {

  public BatchNorm {
    Extents.atLeast("num_features", numFeatures, 1);
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
    TensorShape channels = TensorShape.of(numFeatures);
    return trackRunningStats
        ? List.of(
            new Input("running_mean", channels, DType.FLOAT32),
            new Input("running_var", channels, DType.FLOAT32),
            new Input("num_batches_tracked", TensorShape.of(), DType.INT64))
        : List.of();
  }
}
