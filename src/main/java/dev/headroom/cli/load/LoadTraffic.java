package dev.headroom.cli.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.headroom.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The samples of many jobs on two GPUs each, as agents send them: written to a broker, and read
/// back as a baseline.
final class LoadTraffic implements AutoCloseable {

  static final int PARTITIONS = 12;
  private static final int GPUS_A_JOB = 2;

  private final String broker;
  private final Producer<byte[], byte[]> producer;
  private final LongAdder lost = new LongAdder();
  private long sent;
  private long millis;
  private String time = "";

  LoadTraffic(String broker) {
    this(broker, producer(broker));
  }

  LoadTraffic(String broker, Producer<byte[], byte[]> producer) {
    this.broker = broker;
    this.producer = producer;
  }

  private static Producer<byte[], byte[]> producer(String broker) {
    var settings = new Properties();
    settings.put("bootstrap.servers", broker);
    settings.put("linger.ms", "20");
    settings.put("batch.size", "131072");
    settings.put("buffer.memory", "67108864");
    // A broker that gets no CPU for a while is waited for: what was lost would be waited for in
    // vain.
    settings.put("max.block.ms", "600000");
    settings.put("delivery.timeout.ms", "600000");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  void createTopic() throws InterruptedException, ExecutionException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(Topics.MEMORY_SAMPLES, Optional.of(PARTITIONS), Optional.empty())))
          .all()
          .get();
    }
  }

  /// As many samples as fast as the broker takes them.
  void samples(long count, int jobs) {
    for (long i = 0; i < count; i++) {
      sample(jobs);
    }
    flush();
  }

  private void flush() {
    producer.flush();
    if (lost.sum() > 0) {
      throw new UncheckedIOException(
          new IOException(
              "the broker did not take %d of %d samples in time; measure while nothing else runs here"
                  .formatted(lost.sum(), sent)));
    }
  }

  /// Samples at a steady rate, a twentieth of a second at a time.
  void steadily(int rate, int jobs, Duration duration) {
    long start = System.nanoTime();
    long slices = duration.toMillis() / 50;
    for (long slice = 0; slice < slices; slice++) {
      for (int i = 0; i < rate / 20; i++) {
        sample(jobs);
      }
      LockSupport.parkNanos(start + (slice + 1) * 50_000_000 - System.nanoTime());
    }
    flush();
  }

  /// A device sample for each of so many GPUs.
  void devices(int gpus) {
    for (int i = 0; i < gpus; i++) {
      String value =
          """
          {"schema":"headroom/device-sample/1","gpu":"GPU-load-%d","host":"node-%d","time":"%s",\
          "index":%d,"model":"NVIDIA A100-SXM4-40GB","driver":"575.51","total_bytes":42949672960,\
          "used_bytes":5931794432,"processes":[{"pid":%d,"used_bytes":5517606912,"job":"load-%d"}]}\
          """
              .formatted(i, i / 8, Instant.now(), i % 8, 1000 + i, i / GPUS_A_JOB);
      var _ =
          producer.send(
              new ProducerRecord<>(
                  Topics.DEVICE_SAMPLES,
                  "GPU-load-%d".formatted(i).getBytes(US_ASCII),
                  value.getBytes(US_ASCII)));
    }
    producer.flush();
  }

  private void sample(int jobs) {
    long gpu = sent % ((long) jobs * GPUS_A_JOB);
    long job = gpu / GPUS_A_JOB;
    String value =
        "{\"schema\":\"headroom/memory-sample/1\",\"job\":\"load-"
            + job
            + "\",\"rank\":"
            + gpu % GPUS_A_JOB
            + ",\"host\":\"node-"
            + gpu / 8
            + "\",\"pid\":"
            + (1000 + gpu)
            + ",\"gpu\":\"GPU-load-"
            + gpu
            + "\",\"time\":\""
            + now()
            + "\",\"source\":\"nvml\",\"phase\":\"backward\",\"step\":"
            + sent / jobs
            + ",\"process_used_bytes\":"
            + (5_000_000_000L + sent % 1_000_000)
            + ",\"device_used_bytes\":5931794432,\"device_total_bytes\":42949672960}";
    var record =
        new ProducerRecord<>(
            Topics.MEMORY_SAMPLES, ("load-" + job).getBytes(US_ASCII), value.getBytes(US_ASCII));
    var _ =
        producer.send(
            record,
            (_, exception) -> {
              if (exception != null) {
                lost.increment();
              }
            });
    sent++;
  }

  /// How many samples were written.
  long sent() {
    return sent;
  }

  /// Written out once a millisecond: it costs more than all the rest of a sample.
  private String now() {
    long now = System.currentTimeMillis();
    if (now != millis) {
      millis = now;
      time = Instant.ofEpochMilli(now).toString();
    }
    return time;
  }

  /// Records a second of a consumer that reads so many and looks at none.
  double bareLoop(long count) {
    var settings = new Properties();
    settings.put("bootstrap.servers", broker);
    settings.put("max.poll.records", "5000");
    settings.put("fetch.min.bytes", "1048576");
    settings.put("fetch.max.wait.ms", "200");
    settings.put("max.partition.fetch.bytes", "4194304");
    settings.put("receive.buffer.bytes", "-1");
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(Topics.MEMORY_SAMPLES).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      long start = System.nanoTime();
      long read = 0;
      while (read < count) {
        read += consumer.poll(Duration.ofSeconds(1)).count();
      }
      return read / ((System.nanoTime() - start) / 1e9);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
