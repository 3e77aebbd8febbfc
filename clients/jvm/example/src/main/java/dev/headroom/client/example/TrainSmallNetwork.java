package dev.headroom.client.example;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import dev.headroom.client.djl.HeadroomListener;
import java.io.IOException;
import java.util.Map;

/**
 * Trains a small convolutional network on random images, on the CPU, and lets Headroom watch:
 * {@code TrainSmallNetwork [BROKERS [EPOCHS]]}.
 */
public final class TrainSmallNetwork {
  private static final int BATCH = 32;
  private static final int IMAGES = 512;

  private TrainSmallNetwork() {}

  public static void main(String[] arguments) throws IOException, TranslateException {
    String brokers = arguments.length > 0 ? arguments[0] : "127.0.0.1:9092";
    int epochs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;

    DefaultTrainingConfig training =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .optOptimizer(Optimizer.adam().build())
            .optDevices(new Device[] {Device.cpu()})
            .addTrainingListeners(TrainingListener.Defaults.basic());
    training.addTrainingListeners(
        new HeadroomListener(
            "djl-small-cnn", BATCH, training, Map.of("bootstrap.servers", brokers)));

    try (Model model = Model.newInstance("small-cnn", Device.cpu());
        NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      model.setBlock(network());
      NDArray images = manager.randomNormal(new Shape(IMAGES, 1, 28, 28));
      NDArray labels = manager.randomInteger(0, 10, new Shape(IMAGES), DataType.INT64);
      ArrayDataset dataset =
          new ArrayDataset.Builder()
              .setData(images)
              .optLabels(labels)
              .setSampling(BATCH, true)
              .build();
      try (Trainer trainer = model.newTrainer(training)) {
        trainer.initialize(new Shape(BATCH, 1, 28, 28));
        EasyTrain.fit(trainer, epochs, dataset, null);
      }
    }
  }

  private static SequentialBlock network() {
    return new SequentialBlock()
        .add(convolution(16))
        .add(Activation.reluBlock())
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(convolution(32))
        .add(Activation.reluBlock())
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(10).build());
  }

  private static Conv2d convolution(int filters) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .setFilters(filters)
        .optPadding(new Shape(1, 1))
        .build();
  }
}
