package dev.headroom.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reporter against the real broker; the GPU is handed in, CUDA's side is its own test. */
class HeadroomTest {
  private static final String CONFIGS = "headroom.layer-configs";
  private static final String SAMPLES = "headroom.memory-samples";

  @TempDir static Path folder;
  private static TestBroker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = TestBroker.in(folder);
    broker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void theConfigThenSamplesThenTheEnd() throws Exception {
    // Given
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch read = new CountDownLatch(2);
    GpuMemory memory =
        () -> {
          await(goOn);
          read.countDown();
          return Optional.of(new GpuMemory.Reading("GPU-0", 100, 1000));
        };

    // When
    try (Headroom headroom =
        new Headroom(config("a-job"), broker.settings(), memory, Duration.ofMillis(20))) {
      headroom.phase(Phase.BACKWARD);
      headroom.step(120);
      goOn.countDown();
      await(read);
      headroom.outcome(Outcome.OUT_OF_MEMORY);
    }

    // Then
    assertThat(broker.read(CONFIGS, "a-job", 1))
        .extracting(ConsumerRecord::value)
        .containsExactly(config("a-job").json());
    List<ConsumerRecord<String, String>> samples = broker.read(SAMPLES, "a-job", 2);
    assertThat(samples).extracting(ConsumerRecord::key).containsOnly("a-job");
    assertThat(samples.get(0).value())
        .matches(
            "\\{\"schema\":\"headroom/memory-sample/1\",\"job\":\"a-job\",\"run\":\"2\","
                + "(\"rank\":\\d+,)?\"host\":\"[^\"]+\",\"pid\":"
                + ProcessHandle.current().pid()
                + ",\"gpu\":\"GPU-0\",\"time\":\"[^\"]+Z\",\"source\":\"cuda\","
                + "\"phase\":\"backward\",\"step\":120,"
                + "\"device_used_bytes\":100,\"device_total_bytes\":1000}");
    assertThat(samples.get(samples.size() - 1).value())
        .contains("\"phase\":\"ended\",\"outcome\":\"out_of_memory\"");
  }

  @Test
  void withoutAGpuTheConfigIsPublishedAndTakenBackAtTheEnd() throws Exception {
    // Given
    CountDownLatch asked = new CountDownLatch(1);
    GpuMemory memory =
        () -> {
          asked.countDown();
          throw new GpuMemory.NoGpuException("no CUDA driver here");
        };

    // When
    Headroom headroom =
        new Headroom(config("without-gpu"), broker.settings(), memory, Duration.ofMillis(20));
    try (headroom) {
      await(asked);
    }

    // Then
    assertThat(broker.read(CONFIGS, "without-gpu", 2))
        .extracting(ConsumerRecord::value)
        .containsExactly(config("without-gpu").json(), null);
    assertThat(headroom.errors()).isZero();
  }

  @Test
  void aBrokerThatComesLateGetsTheConfig() throws Exception {
    // Given
    broker.close();
    Headroom headroom =
        new Headroom(
            config("early"),
            Map.of(
                "bootstrap.servers",
                broker.settings().get("bootstrap.servers"),
                "max.block.ms",
                100,
                "reconnect.backoff.max.ms",
                100),
            Optional::empty,
            Duration.ofMillis(20));
    try (headroom) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (headroom.errors() == 0 && System.nanoTime() < deadline) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
      assertThat(headroom.errors()).isPositive();

      // When
      broker.start();

      // Then
      assertThat(broker.read(CONFIGS, "early", 1))
          .extracting(ConsumerRecord::value)
          .containsExactly(config("early").json());
    }
  }

  @Test
  void settingsThatKafkaRefusesAreCountedAndTheJobGoesOn() {
    // When
    Headroom headroom =
        new Headroom(
            config("refused"),
            Map.of("bootstrap.servers", "nonsense"),
            Optional::empty,
            Duration.ofMillis(20));
    headroom.phase(Phase.FORWARD);
    headroom.close();

    // Then
    assertThat(headroom.errors()).isEqualTo(1);
  }

  @Test
  void aReadingThatThrowsIsCountedAndAskedAgain() throws Exception {
    // Given
    CountDownLatch third = new CountDownLatch(3);
    GpuMemory memory =
        () -> {
          third.countDown();
          throw new IllegalStateException("a bug of a driver");
        };

    // When
    Headroom headroom =
        new Headroom(config("throwing"), broker.settings(), memory, Duration.ofMillis(20));
    try (headroom) {
      await(third);
    }

    // Then
    assertThat(headroom.errors()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void onAMachineWithoutCudaTheRealReaderSaysSo() {
    // Given
    org.junit.jupiter.api.Assumptions.assumeFalse(
        java.nio.file.Files.exists(Path.of("/dev/nvidiactl")), "this machine has a GPU");

    // Then
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> new CudaMemory(0).read())
        .isInstanceOf(GpuMemory.NoGpuException.class)
        .hasMessageStartingWith("no CUDA driver here: ");
  }

  private static LayerConfig config(String job) {
    return LayerConfig.ofJson(job, "2", "{\"the\":\"config of " + job + "\"}");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
