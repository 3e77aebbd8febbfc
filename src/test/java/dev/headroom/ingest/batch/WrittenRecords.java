package dev.headroom.ingest.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.Topics;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/// Records as reporters and monitors write them.
final class WrittenRecords {

  static final Instant NOW = SnapshotBuilder.START.plusSeconds(10);

  private WrittenRecords() {}

  static ConsumerRecord<byte[], byte[]> sample(String job, long second) {
    return sample(held(job, second));
  }

  private static MemorySample.Builder held(String job, long second) {
    return SnapshotBuilder.sample(job, "GPU-1", second).allocated(new MemorySize(2400));
  }

  static ConsumerRecord<byte[], byte[]> sample(MemorySample.Builder builder) {
    MemorySample sample = builder.build();
    return new ConsumerRecord<>(
        Topics.MEMORY_SAMPLES,
        0,
        7,
        sample.job().getBytes(UTF_8),
        MemorySampleEncoder.encode(sample));
  }

  static ConsumerRecord<byte[], byte[]> record(String key, String value) {
    return new ConsumerRecord<>(
        Topics.MEMORY_SAMPLES, 0, 7, key.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  static ConsumerRecord<byte[], byte[]> config(String job, int batch) {
    return config(job, batch, NOW.toEpochMilli());
  }

  static ConsumerRecord<byte[], byte[]> config(String job, int batch, long time) {
    String json =
        """
        {"schema": "headroom/layer-config/1", "job": "%s", "batch_size": %d, "inputs": [],
         "unsupported": "a test"}
        """
            .formatted(job, batch);
    return new ConsumerRecord<>(
        Topics.LAYER_CONFIGS,
        0,
        7,
        time,
        TimestampType.CREATE_TIME,
        1,
        json.length(),
        job.getBytes(UTF_8),
        json.getBytes(UTF_8),
        new RecordHeaders(),
        Optional.empty());
  }

  static ConsumerRecord<byte[], byte[]> summary(String job) {
    return record(
        job,
        """
        {"schema": "headroom/job-summary/1", "job": "%s", "partition": 3, "offset": 7,
         "as_of": "2026-11-23T21:00:00Z", "placements": []}
        """
            .formatted(job));
  }

  @SuppressWarnings("NullAway") // as Kafka gives a tombstone
  static ConsumerRecord<byte[], byte[]> tombstone() {
    return new ConsumerRecord<>(Topics.JOB_SUMMARIES, 0, 7, "broken".getBytes(UTF_8), null);
  }
}
