package dev.headroom.ingest.compacted;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.ingest.topics.TopicView.TopicLayout;
import dev.headroom.status.IngestStatus;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Reads a compacted topic through a channel, which polls and hands over batches. A thread beside
/// it assigns the topic's partitions, also when it was made anew, and says how far it is read.
///
/// A batch does not say where it ends: the marker of a transaction is no record. The consumer's
/// position does, but it is ahead of the batches that wait in the channel's queue. So a position is
/// reached once as many records are handled as had been polled when it was asked.
public final class ChannelReader implements TopicReader {

  private static final Logger LOG = Logger.getLogger(ChannelReader.class);
  private static final Duration PERIOD = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final String topic;
  private final TopicView topics;
  private final Supplier<@Nullable KafkaConsumer<byte[], byte[]>> channel;
  private final AtomicLong polled;
  private final BatchProcessor processor;
  private final IngestStatus status;
  private final TopicProgress progress;

  /// Records that the handler had, in the order in which they were polled.
  private final AtomicLong handled = new AtomicLong();

  /// How many had been polled when we began. Those are not ours to read: they come again.
  private final AtomicLong polledBefore = new AtomicLong(Long.MAX_VALUE);

  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /// @param polled the records that the consumer had polled at that instant
  private record Standing(Map<Integer, Long> positions, long polled) {}

  /// @param channel the channel's consumer; null until there is one
  /// @param polled as [PolledRecords] counts them
  public ChannelReader(
      String topic,
      TopicView topics,
      Supplier<@Nullable KafkaConsumer<byte[], byte[]>> channel,
      AtomicLong polled,
      BatchProcessor processor,
      IngestStatus status) {
    this.topic = topic;
    this.topics = topics;
    this.channel = channel;
    this.polled = polled;
    this.processor = processor;
    this.status = status;
    this.progress = new TopicProgress(topic, topics, status);
    this.thread = new Thread(this::run, "headroom-" + topic);
  }

  /// Processes a batch of the channel; afterwards it is part of the snapshot.
  public void process(ConsumerRecords<byte[], byte[]> records) {
    try {
      if (handled.get() >= polledBefore.get()) {
        processor.process(records);
      }
    } finally {
      handled.addAndGet(records.count());
    }
  }

  @Override
  public void start() {
    progress.notStarted();
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public boolean isCaughtUp() {
    return progress.isCaughtUp();
  }

  @Override
  public void close() {
    closing.countDown();
  }

  private void run() {
    try {
      while (!isClosingWithin(PERIOD)) {
        TopicLayout seen = topics.layout(topic).orElse(null);
        KafkaConsumer<byte[], byte[]> consumer = channel.get();
        if (seen != null && consumer != null) {
          look(seen, consumer);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosingWithin(Duration time) throws InterruptedException {
    return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look(TopicLayout seen, KafkaConsumer<byte[], byte[]> consumer)
      throws InterruptedException {
    try {
      boolean isAnew = progress.starts(seen);
      Standing standing =
          consumer
              .runOnPollingThread(
                  polling -> {
                    if (isAnew) {
                      ConsumerPositions.readFromBeginning(polling, topic, seen.partitions());
                      polledBefore.compareAndSet(Long.MAX_VALUE, polled.get());
                    }
                    return new Standing(ConsumerPositions.of(polling, status), polled.get());
                  })
              .await()
              .atMost(TIMEOUT);
      while (handled.get() < standing.polled()) {
        if (isClosingWithin(PERIOD)) {
          return;
        }
      }
      progress.reached(standing.positions());
    } catch (RuntimeException e) {
      if (closing.getCount() > 0) {
        LOG.warnf("reading %s begins anew: %s", topic, e);
        progress.failed(e);
      }
    }
  }
}
