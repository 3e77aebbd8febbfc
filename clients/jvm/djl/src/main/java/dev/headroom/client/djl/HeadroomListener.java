package dev.headroom.client.djl;

import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.listener.TrainingListenerAdapter;
import dev.headroom.client.Headroom;
import dev.headroom.client.LayerConfig;
import dev.headroom.client.Phase;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;

/**
 * Lets Headroom watch a DJL training:
 *
 * <pre>{@code
 * training.addTrainingListeners(
 *     new HeadroomListener("my-job", 32, training, Map.of("bootstrap.servers", "kafka:9092")));
 * }</pre>
 *
 * <p>DJL says that a training begins when the trainer is made, which is before its block has
 * shapes: so the job is told of with its first batch. Nothing that goes wrong here reaches the
 * training.
 */
public final class HeadroomListener extends TrainingListenerAdapter {
  private static final Logger LOG = System.getLogger(HeadroomListener.class.getName());

  private final String job;
  private final String run;
  private final int batchSize;
  private final TrainingConfig training;
  private final Map<String, ?> kafka;
  private Headroom headroom;
  private boolean begun;
  private long steps;

  /** A listener for that job, whose run is named by {@code HEADROOM_RUN} if by anything. */
  public HeadroomListener(
      String job, int batchSize, TrainingConfig training, Map<String, ?> kafka) {
    this.job = job;
    this.run = System.getenv("HEADROOM_RUN");
    this.batchSize = batchSize;
    this.training = training;
    this.kafka = Map.copyOf(kafka);
  }

  @Override
  public void onTrainingBatch(Trainer trainer, BatchData batchData) {
    begin(trainer);
    say(Phase.FORWARD, ++steps);
  }

  @Override
  public void onValidationBatch(Trainer trainer, BatchData batchData) {
    begin(trainer);
    say(Phase.EVALUATION, steps);
  }

  @Override
  public void onTrainingEnd(Trainer trainer) {
    if (headroom != null) {
      headroom.close();
    }
  }

  private void begin(Trainer trainer) {
    if (begun) {
      return;
    }
    begun = true;
    try {
      LayerConfig config =
          DjlConfig.of(
              job,
              run,
              trainer.getModel().getName(),
              trainer.getModel().getBlock(),
              batchSize,
              training);
      headroom = Headroom.watch(config, kafka);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Headroom does not watch {0}: {1}", job, e.toString());
    }
  }

  private void say(Phase phase, long step) {
    if (headroom != null) {
      headroom.phase(phase);
      headroom.step(step);
    }
  }
}
