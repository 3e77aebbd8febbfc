package dev.headroom.client.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import dev.headroom.client.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training of the real engine, on the CPU, watched through the real broker. */
class HeadroomListenerTest {
  private static final String CONFIGS = "headroom.layer-configs";

  @TempDir Path folder;

  @Test
  void aTrainingIsDescribedWithItsFirstBatchAndTakenBackAtItsEnd() throws Exception {
    // Given
    assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "this machine has a GPU");
    try (TestBroker broker = TestBroker.in(folder)) {
      broker.start();

      // When
      train(broker.settings(), 2);

      // Then
      List<String> configs =
          broker.read(CONFIGS, "mlp", 2).stream().map(ConsumerRecord::value).toList();
      assertThat(configs).hasSize(2);
      assertThat(configs.get(0))
          .startsWith("{\"schema\":\"headroom/layer-config/1\",\"job\":\"mlp\",\"batch_size\":8,")
          .contains(
              "\"optimizer\":{\"type\":\"adam\",\"implementation\":\"for_loop\"}",
              "\"name\":\"02Linear\",\"type\":\"linear\"",
              "\"in_features\":16,\"out_features\":4")
          .doesNotContain("unsupported");
      assertThat(configs.get(1)).isNull();
    }
  }

  @Test
  void aTrainingGoesOnWhereNobodyListens() throws Exception {
    train(Map.of("bootstrap.servers", "127.0.0.1:1"), 1);
    train(Map.of("bootstrap.servers", "nonsense"), 1);
  }

  private static void train(Map<String, ?> kafka, int epochs) throws Exception {
    DefaultTrainingConfig training =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .optOptimizer(Optimizer.adam().build())
            .optDevices(new Device[] {Device.cpu()});
    training.addTrainingListeners(new HeadroomListener("mlp", 8, training, kafka));
    Block block =
        new SequentialBlock()
            .add(Blocks.batchFlattenBlock())
            .add(Linear.builder().setUnits(16).build())
            .add(Activation.reluBlock())
            .add(Linear.builder().setUnits(4).build());
    try (Model model = Model.newInstance("mlp", Device.cpu());
        NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      model.setBlock(block);
      ArrayDataset dataset =
          new ArrayDataset.Builder()
              .setData(manager.randomNormal(new Shape(32, 3, 3)))
              .optLabels(manager.randomInteger(0, 4, new Shape(32), DataType.INT64))
              .setSampling(8, true)
              .build();
      try (Trainer trainer = model.newTrainer(training)) {
        trainer.initialize(new Shape(8, 3, 3));
        EasyTrain.fit(trainer, epochs, dataset, null);
      }
    }
  }
}
