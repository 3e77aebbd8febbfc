package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import dev.headroom.wire.devicesample.DeviceSampleEncoder;
import dev.headroom.wire.jobsummary.JobSummaryEncoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Which topic is read by whom, and where it ends up, with Kafka's own stand-ins for its clients.
class IngestTest {

  private static final int PARTITIONS = 4;
  private static final LayerConfig CONFIG = GoldenConfigs.of("alexnet");

  private final Set<Thread> others = Thread.getAllStackTraces().keySet();
  private final ScriptedKafka kafka = new ScriptedKafka(PARTITIONS);
  private final LedgerKeeper keeper = new LedgerKeeper(Snapshot.empty(LedgerLimits.DEFAULT));
  private final IngestStatus status = new IngestStatus();
  private final List<JobState> summarized = new CopyOnWriteArrayList<>();
  private final Ingest ingest =
      new Ingest(
          IngestReplica.settings(
              Map.of(
                  "sample-partitions",
                  "" + PARTITIONS,
                  "other-partitions",
                  "1",
                  "checkpoint",
                  "100ms")),
          kafka,
          kafka,
          keeper,
          status,
          new Calibrations(GpuCatalogueReader.own(), new Predictions()),
          summarized::add,
          InstantSource.system());

  private boolean isClosed;

  @AfterEach
  void close() {
    if (!isClosed) {
      isClosed = true;
      ingest.close();
    }
  }

  @Test
  void everyTopicIsCreatedAndReadIntoTheOneLedger() {
    // Given
    started();
    until(() -> status.notReadyReason().isEmpty());
    assertThat(kafka.admin.topics.keySet())
        .containsExactlyInAnyOrder(
            Topics.LAYER_CONFIGS,
            Topics.MEMORY_SAMPLES,
            Topics.DEVICE_SAMPLES,
            Topics.JOB_SUMMARIES,
            Topics.DEAD_LETTERS);

    // When
    kafka.send(Topics.LAYER_CONFIGS, 0, CONFIG.job(), LayerConfigEncoder.encode(CONFIG));
    kafka.send(Topics.DEVICE_SAMPLES, 0, "GPU-1", DeviceSampleEncoder.encode(device()));
    kafka.send(Topics.DEVICE_SAMPLES, 0, "GPU-bad", "{".getBytes(UTF_8));
    sample("a");

    // Then
    until(() -> keeper.snapshot().jobs().get("a") != null);
    until(() -> keeper.snapshot().registrations().get(CONFIG.job()) != null);
    until(() -> keeper.snapshot().gpus().get("GPU-1") != null);
    until(() -> kafka.letters.size() == 1);
    assertThat(kafka.letters.getFirst().key()).isEqualTo("GPU-bad".getBytes(UTF_8));
    assertThat(Objects.requireNonNull(keeper.snapshot().gpus().get("GPU-1")).partition())
        .isEqualTo(partition("GPU-1"));
    until(() -> kafka.checkpoints.history().size() == 1);
    assertThat(kafka.checkpoints.history().getFirst().topic()).isEqualTo(Topics.JOB_SUMMARIES);
    assertThat(kafka.checkpoints.consumerGroupOffsetsHistory()).isNotEmpty();
  }

  @Test
  void aSummaryIsToldAlsoWhereTheJobEndedLongAgo() {
    // Given
    JobState ended =
        Objects.requireNonNull(
            new SnapshotBuilder()
                .with(
                    SnapshotBuilder.sample("over", "GPU-1", 1)
                        .phase(JobPhase.ENDED)
                        .outcome(RunOutcome.COMPLETED)
                        .reserved(new MemorySize(7))
                        .build(),
                    1)
                .snapshot()
                .jobs()
                .get("over"));
    started();

    // When
    kafka.send(
        Topics.JOB_SUMMARIES,
        0,
        "over",
        JobSummaryEncoder.encode(ended, new SampleOffset(null, 0), SnapshotBuilder.START));

    // Then
    until(() -> !summarized.isEmpty());
    assertThat(summarized).extracting(JobState::job).containsExactly("over");
  }

  @Test
  void samplesWaitUntilTheConfigsAreRead() {
    // Given a config that is not read yet
    kafka
        .of(Topics.LAYER_CONFIGS)
        .updateBeginningOffsets(
            Map.of(new TopicPartition(Topics.LAYER_CONFIGS, 0), ScriptedKafka.END - 1));
    started();
    sample("a");

    // Then
    await().during(Duration.ofMillis(500)).until(() -> keeper.snapshot().jobs().get("a") == null);
    kafka.of(Topics.LAYER_CONFIGS).seek(new TopicPartition(Topics.LAYER_CONFIGS, 0), 100);
    until(() -> keeper.snapshot().jobs().get("a") != null);
  }

  @Test
  void whatItBeganEndsWithIt() {
    // Given
    started();
    sample("a");
    until(() -> !kafka.checkpoints.history().isEmpty());
    assertThat(threads())
        .containsExactlyInAnyOrder(
            "headroom-topics",
            "headroom-headroom.layer-configs",
            "headroom-headroom.job-summaries",
            "headroom-headroom.device-samples",
            "headroom-samples",
            "headroom-checkpoint");

    // When
    close();

    // Then
    until(() -> threads().isEmpty());
    assertThat(kafka.samples.closed()).isTrue();
    assertThat(kafka.of(Topics.LAYER_CONFIGS).closed()).isTrue();
    assertThat(kafka.of(Topics.DEVICE_SAMPLES).closed()).isTrue();
    assertThat(kafka.of(Topics.JOB_SUMMARIES).closed()).isTrue();
    assertThat(kafka.checkpoints.closed()).isTrue();
    assertThat(kafka.lessons.closed()).isTrue();
  }

  /// With every partition of the samples.
  private void started() {
    ingest.start();
    until(() -> !kafka.samples.subscription().isEmpty());
    List<TopicPartition> all =
        IntStream.range(0, PARTITIONS)
            .mapToObj(number -> new TopicPartition(Topics.MEMORY_SAMPLES, number))
            .toList();
    kafka.samples.schedulePollTask(() -> kafka.samples.rebalance(all));
  }

  private void sample(String job) {
    kafka.send(
        Topics.MEMORY_SAMPLES,
        partition(job),
        job,
        MemorySampleEncoder.encode(
            MemorySample.builder(job, "GPU-1", Instant.now())
                .rank(0)
                .reserved(new MemorySize(1000))
                .build()));
  }

  private static DeviceSample device() {
    return new DeviceSample(
        "GPU-1",
        "h",
        Instant.now(),
        new MemorySize(1 << 30),
        new MemorySize(1 << 20),
        0,
        null,
        null,
        null,
        null,
        null,
        List.of());
  }

  /// As Kafka's own partitioner has it.
  private static int partition(String key) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % PARTITIONS;
  }

  private List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !others.contains(thread))
        .map(Thread::getName)
        .filter(name -> name.startsWith("headroom-"))
        .toList();
  }

  private static void until(BooleanSupplier condition) {
    await().atMost(Duration.ofSeconds(20)).until(condition::getAsBoolean);
  }
}
