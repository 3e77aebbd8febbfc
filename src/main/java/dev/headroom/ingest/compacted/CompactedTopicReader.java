package dev.headroom.ingest.compacted;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.ingest.topics.TopicView.TopicLayout;
import dev.headroom.status.IngestStatus;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.jboss.logging.Logger;

/// Reads a compacted topic from its beginning, outside any consumer group, on a thread of its own.
/// Starts again when the topic was deleted and created again, or on request.
public final class CompactedTopicReader implements TopicReader, RewindableReader {

  private static final Logger LOG = Logger.getLogger(CompactedTopicReader.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration SHORT_WAIT = Duration.ofMillis(200);

  private final String topic;
  private final TopicView topics;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final BatchProcessor processor;
  private final IngestStatus status;
  private final TopicProgress progress;
  private final Thread thread;
  private volatile boolean closing;

  public CompactedTopicReader(
      String topic,
      TopicView topics,
      Supplier<Consumer<byte[], byte[]>> consumers,
      BatchProcessor processor,
      IngestStatus status) {
    this.topic = topic;
    this.topics = topics;
    this.consumers = consumers;
    this.processor = processor;
    this.status = status;
    this.progress = new TopicProgress(topic, topics, status);
    this.thread = new Thread(this::run, "headroom-" + topic);
  }

  @Override
  public void start() {
    progress.notStarted();
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void rewind() {
    progress.rewind();
  }

  @Override
  public Map<Integer, Long> positions() {
    return progress.positions();
  }

  @Override
  public boolean isCaughtUp() {
    return progress.isCaughtUp();
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closing) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        follow(consumer);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.warnf("reading %s begins anew: %s", topic, e);
        progress.failed(e);
      }
    }
  }

  private void follow(Consumer<byte[], byte[]> consumer) throws InterruptedException {
    while (!closing) {
      TopicLayout seen = topics.layout(topic).orElse(null);
      if (seen == null) {
        TimeUnit.MILLISECONDS.sleep(SHORT_WAIT.toMillis());
        continue;
      }
      if (progress.starts(seen)) {
        ConsumerPositions.readFromBeginning(consumer, topic, seen.partitions());
      }
      processor.process(consumer.poll(POLL));
      progress.reached(ConsumerPositions.of(consumer, status));
    }
  }
}
