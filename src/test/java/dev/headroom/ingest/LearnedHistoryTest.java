package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.Topics;
import dev.headroom.wire.devicesample.DeviceSampleEncoder;
import dev.headroom.wire.jobsummary.LessonEncoder;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What jobs taught lies in Kafka: every monitor predicts alike, and alike again after a crash.
class LearnedHistoryTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final long MIB = 1L << 20;

  @Test
  void twoReplicasPredictAlikeAndAlikeAfterAKill() throws Exception {
    try (BrokerFixture cluster = BrokerFixture.started();
        var monitors = new MonitorGroup(cluster.broker.address(), Map.of("group", "learned"))) {
      // Given
      MonitorProcess first = monitors.start();
      MonitorProcess second = monitors.start();
      IngestReplica.await("ready", TIMEOUT, monitors::areReady);
      LayerConfig config = registered(cluster, "resnet50", "waits", "1");
      device(cluster, 500 * MIB);
      sample(cluster, "waits", 0, null);
      IngestReplica.await("a prediction", TIMEOUT, () -> isTold(first, "no job on A100-40GB"));
      String untaught = first.expected();

      // When forty jobs of others have taught
      var random = new SplittableRandom(7);
      for (int job = 0; job < 40; job++) {
        Observation observation = observation(config, job, random);
        cluster.send(
            new ProducerRecord<>(
                Topics.JOB_SUMMARIES,
                LessonEncoder.key(observation),
                LessonEncoder.encode(observation)));
      }
      cluster.flush();

      // Then
      IngestReplica.await(
          "what was learned",
          TIMEOUT,
          () -> isTold(first, "from 40 jobs") && isTold(second, "from 40 jobs"));
      String taught = first.expected();
      assertThat(second.expected()).isEqualTo(taught);
      assertThat(taught).isNotEqualTo(untaught);

      // When
      first.kill();
      monitors.gone(first);
      MonitorProcess again = monitors.start();
      IngestReplica.await("what was learned", TIMEOUT, () -> isTold(again, "from 40 jobs"));

      // Then
      assertThat(again.expected()).isEqualTo(taught);
      IngestReplica.await("the same", TIMEOUT, () -> second.expected().equals(taught));
      assertThat(cluster.read(Topics.DEAD_LETTERS)).isEmpty();
    }
  }

  @Test
  void aJobThatCompletesTeachesOnceAndTheNextRunDoesNotTouchIt() throws Exception {
    try (BrokerFixture cluster = BrokerFixture.started();
        var monitors = new MonitorGroup(cluster.broker.address(), Map.of("group", "teaches"))) {
      // Given
      MonitorProcess monitor = monitors.start();
      IngestReplica.await("ready", TIMEOUT, monitors::areReady);
      registered(cluster, "resnet18", "teacher", "1");
      device(cluster, 5000 * MIB);
      sample(cluster, "teacher", 4500 * MIB, null);
      IngestReplica.await("a prediction", TIMEOUT, () -> isTold(monitor, "no job on A100-40GB"));

      // When
      sample(cluster, "teacher", 4500 * MIB, RunOutcome.COMPLETED);
      IngestReplica.await(
          "the lesson",
          TIMEOUT,
          () ->
              cluster.read(Topics.JOB_SUMMARIES).stream()
                  .anyMatch(it -> new String(it.key(), UTF_8).equals("teacher/1")));
      registered(cluster, "resnet18", "teacher", "2");
      registered(cluster, "resnet18", "pupil", "1");
      sample(cluster, "pupil", 0, null);

      // Then
      IngestReplica.await("what was learned", TIMEOUT, () -> isTold(monitor, "from 1 job "));
      assertThat(monitor.metrics())
          .anyMatch(
              line ->
                  line.startsWith("headroom_predictions_total{size=\"process\"")
                      && line.contains("gpu_model=\"A100-40GB\""));
    }
  }

  private static boolean isTold(MonitorProcess monitor, String knowledge) {
    return monitor.expected().contains(knowledge);
  }

  private static LayerConfig registered(
      BrokerFixture cluster, String network, String job, String run) throws Exception {
    byte[] json =
        Files.readAllBytes(Path.of("src/main/resources/simulator", network + ".layer-config.json"));
    LayerConfig read = LayerConfigDecoder.read(json);
    var config =
        new LayerConfig(job, run, read.model(), read.framework(), read.setup(), read.description());
    cluster.send(Topics.LAYER_CONFIGS, job, LayerConfigEncoder.encode(config));
    cluster.flush();
    return config;
  }

  private static void device(BrokerFixture cluster, long used) {
    cluster.send(
        Topics.DEVICE_SAMPLES,
        "GPU-1",
        DeviceSampleEncoder.encode(
            new DeviceSample(
                "GPU-1",
                "h",
                Instant.now(),
                new MemorySize(40_960 * MIB),
                new MemorySize(used),
                0,
                "NVIDIA A100-SXM4-40GB",
                "580",
                null,
                null,
                null,
                List.of())));
  }

  private static void sample(
      BrokerFixture cluster, String job, long process, @Nullable RunOutcome outcome) {
    MemorySample.Builder sample =
        MemorySample.builder(job, "GPU-1", Instant.now())
            .run("1")
            .rank(0)
            .host("h")
            .pid(4711L)
            .source(SampleSource.NVML)
            .step(20L)
            .phase(outcome == null ? JobPhase.FORWARD : JobPhase.ENDED)
            .outcome(outcome)
            .processUsed(new MemorySize(process))
            .deviceUsed(new MemorySize(process + 500 * MIB));
    cluster.send(Topics.MEMORY_SAMPLES, job, MemorySampleEncoder.encode(sample.build()));
    cluster.flush();
  }

  private static Observation observation(LayerConfig config, int job, SplittableRandom random) {
    long reserved = (2000 + random.nextLong(20_000)) * MIB;
    var kind = new JobKind("A100-40GB", config.framework(), "model-" + job % 10);
    return new Observation(
        "job-" + job,
        "1",
        Instant.parse("2026-11-01T00:00:00Z").plusSeconds(job * 3600L),
        kind,
        new PredictedPeak(new MemorySize(reserved), new MemorySize(reserved), MemorySize.ZERO),
        Map.of(
            MeasuredSize.DEVICE,
            new MemorySize((long) (reserved * 1.04) + (900 + random.nextLong(100)) * MIB)));
  }
}
