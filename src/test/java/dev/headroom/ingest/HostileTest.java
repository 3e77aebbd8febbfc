package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.Topics;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// What strangers may write, through a real broker into a monitor with a small heap: each record is
/// counted, and dead-lettered as far as its rate allows; what is valid is applied.
///
/// `mvn test -Dtest=HostileTest -Dheadroom.flood=1000000` floods for longer.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostileTest {

  private static final int FLOOD = Integer.getInteger("headroom.flood", 200_000);
  private static final long SEED = Long.getLong("headroom.seed", System.nanoTime());
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration AFTER_FLOOD = Duration.ofSeconds(10);
  private static final String OUTCOME = "headroom_records_total{topic=\"%s\",outcome=\"%s\"}";
  private static final String REFUSED = "headroom_refused_total{bound=\"%s\"}";
  private static final int MAX_JOBS = 20_000;
  private static final int MAX_PLACEMENTS = 8192;

  private static BrokerFixture cluster;
  private static MonitorProcess monitor;

  @BeforeAll
  static void start() throws Exception {
    cluster = BrokerFixture.started();
    monitor =
        MonitorProcess.start(
            "hostile", cluster.broker.address(), "160m", Map.of("group", "hostile"));
    IngestReplica.await("ready", TIMEOUT, monitor::isReady);
  }

  @AfterAll
  static void stop() {
    monitor.kill();
    cluster.close();
  }

  @Test
  @Order(1)
  void everyMalformedMessageIsDeadLetteredAndEveryValidOneApplied() throws Exception {
    // Given
    var random = new Random(SEED);
    var hostile = new HostileMessages(SEED);
    Instant start = Instant.now().minusSeconds(60);

    // When
    int valid = 0;
    for (int i = 0; i < 12_000; i++) {
      if (valid * 6 < i + random.nextInt(12) - 6 && valid < 2000) {
        cluster.sample("job-" + valid % 50, start.plusMillis(valid), 1000 + valid);
        valid++;
      } else if (hostile.reasons().size() < 10_000) {
        cluster.send(hostile.next());
      }
    }
    for (; valid < 2000; valid++) {
      cluster.sample("job-" + valid % 50, start.plusMillis(valid), 1000 + valid);
    }
    while (hostile.reasons().size() < 10_000) {
      cluster.send(hostile.next());
    }
    cluster.flush();
    assertThat(cluster.acknowledged).hasValue(12_000);

    // Then
    awaitValue(samples("applied"), 2000);
    IngestReplica.await("all counted", TIMEOUT, () -> malformed() == 10_000);
    assertThat(monitor.jobs()).hasSize(50);
    assertThat(monitor.jobs().get("job-49")).contains("peak=" + size(2999), "applied=40 ");
    IngestReplica.await("all letters", TIMEOUT, () -> letters("forwarded") == 10_000);
    assertThat(value("headroom_received_records_total{"))
        .isEqualTo(value("headroom_records_total{") - restored());
    assertThat(letters("withheld")).isZero();
    var reasons = new HashMap<Integer, String>();
    for (ConsumerRecord<byte[], byte[]> letter : cluster.read(Topics.DEAD_LETTERS)) {
      int number = Integer.parseInt(header(letter, HostileMessages.NUMBER));
      assertThat(reasons.put(number, header(letter, "headroom-reason"))).isNull();
    }
    assertThat(reasons).hasSize(10_000);
    reasons.forEach(
        (number, reason) -> assertThat(reason).startsWith(hostile.reasons().get(number)));
    System.out.printf(
        "10000 malformed messages of %d kinds between 2000 valid ones, seed %d%n",
        hostile.kinds(), SEED);
  }

  @Test
  @Order(2)
  void aFloodIsBoundedAndOverSoon() {
    // Given
    long applied = value(samples("applied"));
    long malformed = malformed();
    long letters = letters("forwarded");
    long began = System.nanoTime();

    // When
    for (int i = 0; i < FLOOD; i++) {
      String job = "flood-" + i % 1000;
      cluster.send(Topics.MEMORY_SAMPLES, job, ("{\"job\":\"" + job + "\", ").getBytes(UTF_8));
    }
    cluster.flush();
    long end = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      cluster.sample("after-" + i, Instant.now(), 1000);
    }
    cluster.flush();
    awaitValue(samples("applied"), applied + 100);

    // Then
    Duration after = Duration.ofNanos(System.nanoTime() - end);
    double seconds = (System.nanoTime() - began) / 1e9;
    assertThat(malformed() - malformed).isEqualTo(FLOOD);
    IngestReplica.await(
        "letters", TIMEOUT, () -> letters("forwarded") + letters("withheld") == malformed());
    long forwarded = letters("forwarded") - letters;
    System.out.printf(
        "%d malformed at %.0f/s: valid samples applied %d ms after the end, %d dead letters%n",
        FLOOD, FLOOD / ((end - began) / 1e9), after.toMillis(), forwarded);
    assertThat(after).isLessThan(AFTER_FLOOD);
    assertThat(forwarded).isLessThanOrEqualTo((long) (20_000 + 500 * (seconds + 1)));
    assertThat(letters("withheld")).isPositive();
  }

  @Test
  @Order(3)
  void jobsAndGpusBeyondTheBoundsAreRefusedAndCounted() {
    // Given
    Instant now = Instant.now();
    long before = value(samples("applied"));
    int jobs = monitor.jobs().size();

    // When
    for (int i = 0; i < 10_000; i++) {
      cluster.send(
          Topics.MEMORY_SAMPLES,
          "wide",
          MemorySampleEncoder.encode(
              MemorySample.builder("wide", "GPU-" + i, now)
                  .rank(i)
                  .reserved(new MemorySize(1000))
                  .build()));
    }
    cluster.flush();
    IngestReplica.await("wide", TIMEOUT, () -> monitor.jobs().containsKey("wide"));
    for (int i = 0; i < FLOOD; i++) {
      cluster.sample("name-" + i, now, 1000);
    }
    cluster.flush();

    // Then
    long room = MAX_JOBS - jobs - 1L;
    long applied = before + MAX_PLACEMENTS + room;
    long refused = 10_000L - MAX_PLACEMENTS + FLOOD - room;
    awaitValue(samples("applied"), applied);
    awaitValue(samples("rejected"), refused);
    assertThat(value(REFUSED.formatted("placements"))).isEqualTo(10_000 - MAX_PLACEMENTS);
    assertThat(value(REFUSED.formatted("jobs"))).isEqualTo(FLOOD - room);
    assertThat(cluster.read(Topics.DEAD_LETTERS))
        .filteredOn(letter -> Arrays.equals(letter.key(), "wide".getBytes(UTF_8)))
        .isNotEmpty()
        .allSatisfy(
            letter ->
                assertThat(header(letter, "headroom-reason"))
                    .isEqualTo("over the bound on placements"));
    System.out.printf(
        "%d jobs and 10000 GPUs in one: %d and %d refused%n",
        FLOOD, FLOOD - room, 10_000 - MAX_PLACEMENTS);
  }

  private static String samples(String outcome) {
    return OUTCOME.formatted(Topics.MEMORY_SAMPLES, outcome);
  }

  private static long malformed() {
    return value(samples("malformed"))
        + value(OUTCOME.formatted(Topics.LAYER_CONFIGS, "malformed"))
        + value(OUTCOME.formatted(Topics.DEVICE_SAMPLES, "malformed"));
  }

  private static long restored() {
    return scrape().stream()
        .filter(line -> line.startsWith("headroom_records_total{") && line.contains("restored"))
        .mapToLong(HostileTest::number)
        .sum();
  }

  private static long letters(String outcome) {
    return value("headroom_dead_letters_total{outcome=\"%s\"}".formatted(outcome));
  }

  private static void awaitValue(String series, long expected) {
    await(series)
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(value(series)).isEqualTo(expected));
  }

  /// What a scrape says. One that was not answered in time says nothing, and is repeated.
  private static long value(String series) {
    return scrape().stream()
        .filter(line -> line.startsWith(series))
        .mapToLong(HostileTest::number)
        .sum();
  }

  private static List<String> scrape() {
    return await("a scrape")
        .atMost(TIMEOUT)
        .until(() -> monitor.metrics().toList(), lines -> !lines.isEmpty());
  }

  private static long number(String line) {
    return (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
