package dev.headroom.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Lets Headroom watch this training job: its layer config at once, then a memory sample a second.
 *
 * <pre>{@code
 * try (Headroom headroom = Headroom.watch(config, Map.of("bootstrap.servers", "kafka:9092"))) {
 *   // train
 * }
 * }</pre>
 *
 * <p>It never fails and never slows the job: everything happens on one daemon thread, no method
 * waits for Kafka or CUDA but {@link #close()}, which waits three seconds at most. What goes wrong
 * is logged once and counted.
 */
public final class Headroom implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Headroom.class.getName());
  /// What the names of the topics begin with, as on the monitor.
  private static final String PREFIX =
      System.getenv().getOrDefault("HEADROOM_TOPIC_PREFIX", "headroom.");

  private static final String CONFIGS = PREFIX + "layer-configs";
  private static final String SAMPLES = PREFIX + "memory-samples";
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final LayerConfig config;
  private final Map<String, ?> kafka;
  private final GpuMemory memory;
  private final Duration period;
  private final String host = host();
  private final Integer rank = number(System.getenv("RANK"));
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicLong errors = new AtomicLong();
  private final Set<String> said = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::run, "headroom");
  private volatile Phase phase = Phase.STARTUP;
  private volatile long step = -1;
  private volatile Outcome outcome = Outcome.COMPLETED;
  private volatile boolean configDue = true;
  private boolean noGpu;
  private GpuMemory.Reading last;

  Headroom(LayerConfig config, Map<String, ?> kafka, GpuMemory memory, Duration period) {
    this.config = config;
    this.kafka = Map.copyOf(kafka);
    this.memory = memory;
    this.period = period;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Publishes that config and starts to sample the GPU that {@code LOCAL_RANK} names, else the
   * first.
   *
   * @param kafka properties of the producer; {@code bootstrap.servers} at least
   */
  public static Headroom watch(LayerConfig config, Map<String, ?> kafka) {
    Integer device = number(System.getenv("LOCAL_RANK"));
    return watch(config, kafka, device == null ? 0 : device);
  }

  /** The same, sampling the GPU of that CUDA ordinal. */
  public static Headroom watch(LayerConfig config, Map<String, ?> kafka, int device) {
    return new Headroom(config, kafka, new CudaMemory(device), PERIOD);
  }

  /** Says what the job is doing now: the samples from here on carry it. */
  public void phase(Phase now) {
    phase = now;
  }

  /** Says which optimizer step the job is in. */
  public void step(long now) {
    step = now;
  }

  /** Says how the job ends, for {@link #close()}; completed if nobody says so. */
  public void outcome(Outcome how) {
    outcome = how;
  }

  /** How often something went wrong; the log has the first of each kind. */
  public long errors() {
    return errors.get();
  }

  /** Ends the job: says so to the monitor and waits for that three seconds at most. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      boolean open = true;
      while (open) {
        if (configDue) {
          configDue = false;
          send(producer, CONFIGS, config.json(), () -> configDue = true);
        }
        open = !closing.await(period.toMillis(), TimeUnit.MILLISECONDS);
        sample(producer, open);
      }
      producer.close(TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | LinkageError e) {
      failed("reporting stopped", e);
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("client.id", "headroom-" + config.job());
    properties.put("linger.ms", 50);
    properties.put("buffer.memory", 16L << 20);
    properties.put("max.request.size", 9 << 20);
    properties.put("max.block.ms", 10_000);
    properties.put("request.timeout.ms", 10_000);
    properties.put("delivery.timeout.ms", 30_000);
    properties.putAll(kafka);
    properties.put("enable.idempotence", true);
    properties.put("acks", "all");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void sample(KafkaProducer<byte[], byte[]> producer, boolean open) {
    Optional<GpuMemory.Reading> reading = noGpu ? Optional.empty() : read();
    last = reading.orElse(last);
    if (reading.isPresent() || (!open && last != null)) {
      send(producer, SAMPLES, sample(last, open), () -> {});
    } else if (!open) {
      // Without a GPU there was no sample whose end could be told: the registration ends instead.
      send(producer, CONFIGS, null, () -> {});
    }
  }

  private Optional<GpuMemory.Reading> read() {
    try {
      return memory.read();
    } catch (GpuMemory.NoGpuException e) {
      noGpu = true;
      LOG.log(Level.INFO, "Headroom shows this job''s budget, not its use: {0}", e.getMessage());
      return Optional.empty();
    } catch (RuntimeException e) {
      failed("reading memory", e);
      return Optional.empty();
    }
  }

  private String sample(GpuMemory.Reading reading, boolean open) {
    Map<String, Object> sample = new LinkedHashMap<>();
    sample.put("schema", "headroom/memory-sample/1");
    sample.put("job", config.job());
    putKnown(sample, "run", config.run());
    putKnown(sample, "rank", rank);
    putKnown(sample, "host", host);
    sample.put("pid", ProcessHandle.current().pid());
    sample.put("gpu", reading.gpu());
    sample.put("time", Instant.now().toString());
    sample.put("source", "cuda");
    sample.put("phase", (open ? phase : Phase.ENDED).wireName());
    if (!open) {
      sample.put("outcome", outcome.wireName());
    }
    putKnown(sample, "step", step < 0 ? null : step);
    sample.put("device_used_bytes", reading.usedBytes());
    sample.put("device_total_bytes", reading.totalBytes());
    return Json.write(sample);
  }

  private void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String json, Runnable otherwise) {
    byte[] key = config.job().getBytes(StandardCharsets.UTF_8);
    byte[] value = json == null ? null : json.getBytes(StandardCharsets.UTF_8);
    producer.send(
        new ProducerRecord<>(topic, key, value),
        (metadata, exception) -> {
          if (exception != null) {
            otherwise.run();
            failed("sending to " + topic, exception);
          }
        });
  }

  private void failed(String what, Throwable why) {
    errors.incrementAndGet();
    if (said.add(what)) {
      LOG.log(Level.WARNING, "Headroom: {0}: {1}", what, why.toString());
    }
  }

  private static void putKnown(Map<String, Object> sample, String field, Object value) {
    if (value != null) {
      sample.put(field, value);
    }
  }

  private static Integer number(String text) {
    return text != null && text.matches("\\d{1,6}") ? Integer.valueOf(text) : null;
  }

  private static String host() {
    String named = System.getenv("HEADROOM_HOST");
    if (named != null && !named.isBlank()) {
      return named;
    }
    try {
      return java.net.InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException e) {
      return null;
    }
  }
}
