package dev.headroom.ingest.compacted;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Counts what a channel's consumer has polled, on the thread that polls. What of it the handler
/// has not had yet waits in the channel's queue.
public final class PolledRecords implements ConsumerInterceptor<byte[], byte[]> {

  /// The client property with the [AtomicLong] to count in.
  public static final String COUNTER = "headroom.polled-records";

  private AtomicLong counter = new AtomicLong();

  /// @throws IllegalArgumentException if there is no counter
  @Override
  public void configure(Map<String, ?> properties) {
    if (!(properties.get(COUNTER) instanceof AtomicLong given)) {
      throw new IllegalArgumentException(COUNTER + " is missing");
    }
    counter = given;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    counter.addAndGet(records.count());
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}
}
