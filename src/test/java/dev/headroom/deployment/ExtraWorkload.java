package dev.headroom.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.headroom.wire.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// What the simulated cluster does not have, in the contract's own JSON: two jobs whose peaks do
/// not fit on the GPU that they share, a job that cannot be predicted, one that ends, a message
/// that is none. And a dcgm-exporter.
final class ExtraWorkload implements AutoCloseable {

  static final String SHARED_GPU = "GPU-shared";
  static final String UNDESCRIBED = "undescribed";

  private static final long GIB = 1L << 30;

  /// More than any GPU has, and never started.
  private static final String TOO_LARGE = "too-large";

  private static final String ENDING = "ending";
  private static final int ENDING_SAMPLES = 4;

  private final KafkaProducer<String, String> producer;
  private final HttpServer dcgm;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private int sent;

  /// @param used bytes by GPU, as dcgm-exporter tells them
  ExtraWorkload(String kafka, Map<String, Long> used) throws IOException {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka), new StringSerializer(), new StringSerializer());
    byte[] metrics = dcgmMetrics(used).getBytes(UTF_8);
    dcgm = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
    dcgm.createContext(
        "/metrics",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, metrics.length);
          try (var body = exchange.getResponseBody()) {
            body.write(metrics);
          }
        });
    dcgm.start();
  }

  int dcgmPort() {
    return dcgm.getAddress().getPort();
  }

  /// Registers the jobs, and says every second what they hold.
  void start() {
    register();
    var _ = clock.scheduleAtFixedRate(this::sample, 0, 1, TimeUnit.SECONDS);
  }

  private void register() {
    for (String job : List.of("one-of-two", "two-of-two", ENDING)) {
      // 4 GiB of weights, as much of gradients.
      send(Topics.LAYER_CONFIGS, job, wide(job, 32_768));
    }
    send(Topics.LAYER_CONFIGS, TOO_LARGE, wide(TOO_LARGE, 131_072));
    send(
        Topics.LAYER_CONFIGS,
        UNDESCRIBED,
        """
        {"schema": "headroom/layer-config/1", "job": "%s", "run": "1", "model": "secret", "batch_size": 1,
         "inputs": [], "unsupported": "its model is not ours to tell"}
        """
            .formatted(UNDESCRIBED));
    send(Topics.MEMORY_SAMPLES, "nobody", "no JSON");
  }

  private static String wide(String job, int features) {
    return """
    {"schema": "headroom/layer-config/1", "job": "%1$s", "run": "1", "model": "wide", "batch_size": 1,
     "inputs": [{"name": "x", "shape": [%2$d], "dtype": "float32"}],
     "layers": [{"name": "fc", "type": "linear", "inputs": ["x"], "in_features": %2$d,
                 "out_features": %2$d, "bias": false}]}
    """
        .formatted(job, features);
  }

  /// A few seconds of one job are all there is of it.
  private void end(Instant now) {
    boolean last = sent == ENDING_SAMPLES;
    if (sent++ <= ENDING_SAMPLES) {
      send(
          Topics.MEMORY_SAMPLES,
          ENDING,
          """
          {"schema": "headroom/memory-sample/1", "job": "%s", "run": "1", "rank": 0, "host": "shared-00",
           "pid": 999, "gpu": "GPU-alone", "time": "%s", "source": "framework", "reserved_bytes": %d, %s}
          """
              .formatted(
                  ENDING,
                  now,
                  8 * GIB,
                  last
                      ? "\"phase\": \"ended\", \"outcome\": \"completed\""
                      : "\"phase\": \"backward\""));
    }
  }

  /// Each job holds 3 GiB of a GPU of 12, now.
  private void sample() {
    Instant now = Instant.now();
    end(now);
    for (String job : List.of("one-of-two", "two-of-two", UNDESCRIBED)) {
      send(
          Topics.MEMORY_SAMPLES,
          job,
          """
          {"schema": "headroom/memory-sample/1", "job": "%s", "run": "1", "rank": 0, "host": "shared-00",
           "pid": %d, "gpu": "%s", "time": "%s", "source": "nvml", "process_used_bytes": %d}
          """
              .formatted(
                  job,
                  1000 + job.length(),
                  job.equals(UNDESCRIBED) ? "GPU-alone" : SHARED_GPU,
                  now,
                  3 * GIB));
    }
    for (String gpu : List.of(SHARED_GPU, "GPU-alone")) {
      send(
          Topics.DEVICE_SAMPLES,
          gpu,
          """
          {"schema": "headroom/device-sample/1", "gpu": "%s", "host": "shared-00", "time": "%s",
           "model": "NVIDIA TITAN V", "index": 0, "total_bytes": %d, "used_bytes": %d}
          """
              .formatted(gpu, now, 12 * GIB, 6 * GIB));
    }
  }

  private void send(String topic, String key, String value) {
    var _ = producer.send(new ProducerRecord<>(topic, key, value));
  }

  /// As dcgm-exporter writes it: the GPU's id is the label `UUID`, memory is in MiB.
  private static String dcgmMetrics(Map<String, Long> used) {
    return used.entrySet().stream()
        .map(
            gpu ->
                """
                DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="%1$s",device="nvidia0"} %2$d
                DCGM_FI_DEV_FB_USED{gpu="0",UUID="%1$s",device="nvidia0"} %3$d
                """
                    .formatted(
                        gpu.getKey(),
                        60 + Math.floorMod(gpu.getKey().hashCode(), 40),
                        gpu.getValue() >> 20))
        .collect(Collectors.joining());
  }

  @Override
  public void close() {
    clock.shutdownNow();
    producer.close(Duration.ofSeconds(1));
    dcgm.stop(0);
  }
}
