package dev.headroom.simulator;

import dev.headroom.network.LayerConfig;
import dev.headroom.wire.Topics;
import dev.headroom.wire.devicesample.DeviceSampleEncoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Sends the messages of a simulated cluster to Kafka, on a thread of its own, until it is closed.
///
/// At its end it says that its jobs ended, so that nobody waits for them.
public final class Simulator implements AutoCloseable {

  /// Parts of a period in which jobs take turns, so that load comes evenly; more for long periods.
  private static final double PART_SECONDS = 0.05;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Settings settings;
  private final SimulatedCluster cluster;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final long start = System.nanoTime();
  private final Instant begin = Instant.now();
  private final Thread thread = new Thread(this::run, "headroom-simulator");
  private volatile boolean closing;

  /// Whether a registration was lost: without it a job would stay unknown for as long as it runs.
  private volatile boolean unheard;

  /// Bounds of the settings.
  public static final int MOST_JOBS = 1_000_000;

  public static final double SLOWEST = 0.001;
  public static final double FASTEST = 1_000;

  /// Seconds.
  public static final long LONGEST_PAST = 3_600;

  /// What is simulated.
  ///
  /// @param jobs how many
  /// @param prefix what the names of its jobs and hosts begin with, so that two clusters on one
  ///     broker have none in common; may be empty
  /// @param rate memory samples that each rank's reporter sends a second; its agent sends as many
  /// @param speed how many times faster than the clock the cluster lives
  /// @param past seconds by the clock that it has lived already: what it said in them comes first,
  ///     all at once
  /// @param kafka properties of the producer, the brokers' addresses among them
  public record Settings(
      int jobs,
      double rate,
      long seed,
      double speed,
      long past,
      String prefix,
      Map<String, String> kafka) {

    public Settings {
      require("jobs", jobs, 1, MOST_JOBS);
      require("rate", rate, SLOWEST, FASTEST);
      require("speed", speed, SLOWEST, FASTEST);
      require("past", (double) past, 0, LONGEST_PAST);
      kafka = Map.copyOf(kafka);
    }

    private static void require(String name, double value, double least, double most) {
      if (!(value >= least && value <= most)) {
        throw new IllegalArgumentException(
            "%s not in %s to %s: %s".formatted(name, least, most, value));
      }
    }
  }

  public Simulator(Settings settings) {
    this.settings = settings;
    this.cluster = SimulatedCluster.of(settings.jobs(), settings.seed(), settings.prefix());
    Map<String, Object> properties = new HashMap<>();
    properties.put("client.id", "headroom-simulator");
    properties.put("linger.ms", "10");
    properties.put("batch.size", "131072");
    properties.put("compression.type", "lz4");
    properties.put("buffer.memory", "33554432");
    properties.put("max.request.size", "8500000");
    properties.put("max.block.ms", "2000");
    properties.put("request.timeout.ms", "10000");
    properties.put("delivery.timeout.ms", "60000");
    properties.put("reconnect.backoff.max.ms", "1000");
    properties.putAll(settings.kafka());
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /// Records that the broker took.
  public long sent() {
    return sent.get();
  }

  /// Records that it refused, or did not take in time.
  public long failed() {
    return failed.get();
  }

  /// What is to be seen of the jobs that are not like many, one line each: name, what, when.
  public List<String> highlights() {
    return cluster.highlights(settings.speed());
  }

  /// GPUs that the jobs run on.
  public int gpus() {
    return cluster.gpuCount();
  }

  /// Ends the jobs and stops.
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(TIMEOUT);
  }

  private void run() {
    double period = 1 / settings.rate();
    int parts = Math.max(1, (int) Math.min(settings.jobs(), period / PART_SECONDS));
    var spoken = new double[parts];
    Arrays.fill(spoken, -1);
    double gpusSpoke = -1;
    for (long turn = 0; awaitTurn(turn * period / parts); turn++) {
      double due = turn * period / parts;
      boolean past = due < settings.past();
      double at = past ? due : seconds();
      double age = settings.speed() * at;
      Instant time =
          past ? begin.minusNanos((long) ((settings.past() - due) * 1e9)) : Instant.now();
      int part = (int) (turn % parts);
      if (part == 0 && unheard) {
        unheard = false;
        Arrays.fill(spoken, -1);
      }
      send(cluster.jobsBetween(spoken[part], age, time, part, parts));
      spoken[part] = age;
      if (gpusSpoke < 0 || at - gpusSpoke >= Math.max(1, period)) {
        gpusSpoke = at;
        sendGpus(age, time);
      }
    }
    double age = settings.speed() * seconds();
    for (var sample : cluster.calledOff(age, Instant.now())) {
      send(Topics.MEMORY_SAMPLES, sample.job(), MemorySampleEncoder.encode(sample));
      send(Topics.LAYER_CONFIGS, sample.job(), null);
    }
  }

  /// Waits until the cluster has lived so many seconds; false if it is over.
  private boolean awaitTurn(double at) {
    try {
      while (!closing) {
        double left = at - seconds();
        if (left <= 0) {
          return true;
        }
        TimeUnit.NANOSECONDS.sleep((long) (Math.min(left, 0.2) * 1e9));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /// How long the cluster has lived by the clock, its past included.
  private double seconds() {
    return settings.past() + (System.nanoTime() - start) / 1e9;
  }

  private void send(ClusterMessages tick) {
    for (LayerConfig config : tick.begun()) {
      send(Topics.LAYER_CONFIGS, config.job(), LayerConfigEncoder.encode(config));
    }
    for (var sample : tick.samples()) {
      send(Topics.MEMORY_SAMPLES, sample.job(), MemorySampleEncoder.encode(sample));
    }
  }

  private void sendGpus(double age, Instant time) {
    for (var sample : cluster.gpusAt(age, time)) {
      send(Topics.DEVICE_SAMPLES, sample.gpu(), DeviceSampleEncoder.encode(sample));
    }
  }

  private void send(String topic, String key, byte @Nullable [] value) {
    var record = new ProducerRecord<>(topic, key.getBytes(StandardCharsets.US_ASCII), value);
    try {
      var _ =
          producer.send(
              record,
              (_, exception) -> {
                if (exception == null) {
                  sent.incrementAndGet();
                } else {
                  lost(topic);
                }
              });
    } catch (KafkaException _) {
      lost(topic);
    } catch (IllegalStateException e) {
      // Closed meanwhile: a broker that does not answer kept us longer than we are waited for.
      if (!closing) {
        throw e;
      }
      lost(topic);
    }
  }

  private void lost(String topic) {
    failed.incrementAndGet();
    unheard |= topic.equals(Topics.LAYER_CONFIGS);
  }
}
