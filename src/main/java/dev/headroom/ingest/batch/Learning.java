package dev.headroom.ingest.batch;

import dev.headroom.budget.Prediction;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.Observation;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.lesson.Lesson;
import dev.headroom.ledger.lesson.Lesson.PredictionError;
import dev.headroom.ledger.state.JobState;
import dev.headroom.live.Calibrations;
import dev.headroom.network.LayerConfig;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.PredictionRecord.Group;
import dev.headroom.wire.Topics;
import dev.headroom.wire.jobsummary.LessonEncoder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/// Predicts, judges the predictions of jobs that have settled, and writes what they teach to Kafka,
/// from where every replica reads it. A run that is read again after a crash, and one that ends
/// after it has settled, is written again in the place of the same and judged once.
public final class Learning implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Learning.class);

  /// Lessons that Kafka did not take and that are sent again.
  private static final int MAX_FAILED = 1024;

  private final Calibrations calibrations;
  private final Producer<byte[], byte[]> producer;
  private final IngestStatus status;
  private final Consumer<JobState> summarized;
  private final Queue<Observation> failed = new ArrayDeque<>();

  /// The runs that have taught, by job; of the samples' thread.
  private final Map<String, String> taught = new HashMap<>();

  /// @param summarized is shown each job that some replica summarized: the history of ended runs
  public Learning(
      Calibrations calibrations,
      Producer<byte[], byte[]> producer,
      IngestStatus status,
      Consumer<JobState> summarized) {
    this.calibrations = calibrations;
    this.producer = producer;
    this.status = status;
    this.summarized = summarized;
  }

  Prediction predict(LayerConfig config) {
    return calibrations.predictions().predict(config);
  }

  /// What some replica's job taught.
  void learn(Observation observation) {
    calibrations.learn(observation);
  }

  /// Some replica summarized a job. The ledger cannot tell the history: it takes no job that ended
  /// longer ago than it lists one.
  void learn(JobSummarized summary) {
    summarized.accept(summary.state());
  }

  /// A job of ours ended.
  ///
  /// @param snapshot with the jobs beside it
  void ended(JobState job, Snapshot snapshot) {
    Lesson.of(job, snapshot).ifPresent(this::teach);
  }

  /// Jobs of ours that go on and have settled teach, each run once.
  public void settled(Snapshot snapshot) {
    taught.keySet().removeIf(job -> snapshot.jobs().get(job) == null);
    snapshot
        .jobs()
        .forEach(
            job -> {
              boolean isDue =
                  snapshot.owns(job)
                      && job.endedAt() == null
                      && !Objects.equals(taught.get(job.job()), job.run());
              if (isDue) {
                Lesson.of(job, snapshot).ifPresent(this::teach);
              }
            });
  }

  private void teach(Lesson lesson) {
    Observation observation = lesson.observation();
    String before = taught.put(observation.job(), observation.run());
    if (!observation.run().equals(before) && !calibrations.hasLearned(observation)) {
      judge(lesson);
    }
    // Each once: those that fail again wait for the next run that ends.
    drained().forEach(this::send);
    send(observation);
  }

  private void judge(Lesson lesson) {
    JobKind kind = lesson.observation().kind();
    for (PredictionError error : lesson.errors()) {
      var group = new Group(error.size().wireName(), kind.release(), kind.gpuModel());
      status.recordPrediction(group, error.ratio(), error.isWithinP95());
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }

  private void send(Observation observation) {
    try {
      var _ =
          producer.send(
              new ProducerRecord<>(
                  Topics.JOB_SUMMARIES,
                  LessonEncoder.key(observation),
                  LessonEncoder.encode(observation)),
              (_, exception) -> {
                if (exception != null) {
                  keep(observation, exception);
                }
              });
    } catch (KafkaException e) {
      keep(observation, e);
    }
  }

  private synchronized void keep(Observation observation, Exception why) {
    LOG.warnf("what %s taught was not written yet: %s", observation.job(), why.getMessage());
    if (failed.size() < MAX_FAILED) {
      failed.add(observation);
    }
  }

  private synchronized List<Observation> drained() {
    var all = List.copyOf(failed);
    failed.clear();
    return all;
  }
}
