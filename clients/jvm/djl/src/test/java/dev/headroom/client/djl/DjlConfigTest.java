package dev.headroom.client.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Blocks of the real engine, on the CPU. */
class DjlConfigTest {

  @Test
  void aSequenceOfKnownBlocksIsDescribedLayerByLayer() {
    // Given
    Block block =
        new SequentialBlock()
            .add(
                Conv2d.builder()
                    .setKernelShape(new Shape(3, 3))
                    .setFilters(8)
                    .optPadding(new Shape(1, 1))
                    .build())
            .add(BatchNorm.builder().build())
            .add(Activation.reluBlock())
            .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
            .add(Blocks.batchFlattenBlock())
            .add(Dropout.builder().optRate(0.2f).build())
            .add(Linear.builder().setUnits(10).build());

    // When
    String json = config(block, new Shape(32, 1, 28, 28));

    // Then
    assertThat(json.substring(json.indexOf("\"batch_size\"")))
        .isEqualTo(
            """
            "batch_size":32,"model":"small","framework":{"name":"djl-pytorch","version":"0.34.0"},\
            "optimizer":{"type":"adam","implementation":"for_loop"},\
            "loss":{"type":"cross_entropy","inputs":["07Linear"]},\
            "inputs":[{"name":"x","shape":[1,28,28],"dtype":"float32"}],"layers":[\
            {"name":"01Conv2d","type":"conv2d","inputs":["x"],"bias":true,"dilation":[1,1],"groups":1,\
            "in_channels":1,"kernel_size":[3,3],"out_channels":8,"padding":[1,1],"stride":[1,1]},\
            {"name":"02BatchNorm","type":"batch_norm2d","inputs":["01Conv2d"],"num_features":8},\
            {"name":"03LambdaBlock","type":"relu","inputs":["02BatchNorm"]},\
            {"name":"04LambdaBlock","type":"opaque","inputs":["03LambdaBlock"],"operator":"max_pool",\
            "output_shape":[8,14,14],"saved_bytes_per_sample":12544,"saves_inputs":[0]},\
            {"name":"05LambdaBlock","type":"flatten","inputs":["04LambdaBlock"],"shape":[1568]},\
            {"name":"06Dropout","type":"dropout","inputs":["05LambdaBlock"]},\
            {"name":"07Linear","type":"linear","inputs":["06Dropout"],"bias":true,"in_features":1568,\
            "out_features":10}]}""");
  }

  @Test
  void aBlockThatDoesNotSayWhatItComputesIsUnsupported() {
    // Given
    Block block =
        new SequentialBlock()
            .add(
                new ParallelBlock(lists -> lists.get(0)).add(Linear.builder().setUnits(4).build()));

    // Then
    assertThat(config(block, new Shape(2, 3)))
        .endsWith(
            "\"unsupported\":\"01ParallelBlock: a block of ai.djl.nn.ParallelBlock does not say what it"
                + " computes\"}");
  }

  @Test
  void theMomentumOfSgdIsRead() {
    assertThat(
            DjlConfig.optimizer(
                Optimizer.sgd()
                    .setLearningRateTracker(Tracker.fixed(0.1f))
                    .optMomentum(0.9f)
                    .build()))
        .contains(Map.of("type", "sgd", "implementation", "for_loop", "momentum", 0.9f));
  }

  private static String config(Block block, Shape input) {
    try (NDManager manager = NDManager.newBaseManager();
        Model model = Model.newInstance("small")) {
      model.setBlock(block);
      block.setInitializer(
          new ai.djl.training.initializer.XavierInitializer(), ai.djl.nn.Parameter.Type.WEIGHT);
      block.initialize(manager, DataType.FLOAT32, input);
      return DjlConfig.of(
              "cnn",
              null,
              "small",
              block,
              32,
              new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                  .optOptimizer(Optimizer.adam().build()))
          .json();
    }
  }
}
