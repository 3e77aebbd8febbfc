package dev.headroom.ingest.compacted;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.ingest.topics.TopicView.TopicLayout;
import dev.headroom.status.IngestStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Reads a compacted topic from its beginning, outside any consumer group, on a thread of its own.
/// Starts again when the topic was deleted and created again, or on request.
public final class CompactedTopicReader implements RewindableReader, AutoCloseable {

  private static final Logger LOG = Logger.getLogger(CompactedTopicReader.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration SHORT_WAIT = Duration.ofMillis(200);

  private final String topic;
  private final TopicView topics;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final BatchProcessor processor;
  private final IngestStatus status;
  private final Thread thread;
  private volatile boolean closing;

  /// What follows is guarded by this. Where reading stands, by partition; empty until it is known.
  private Map<Integer, Long> positions = Map.of();

  private boolean restart = true;
  private volatile boolean caughtUp;

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
    this.thread = new Thread(this::run, "headroom-" + topic);
  }

  public void start() {
    status.recordProblem(topic, topic + " was not read yet");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public synchronized void rewind() {
    positions = Map.of();
    restart = true;
  }

  @Override
  public synchronized Map<Integer, Long> positions() {
    return positions;
  }

  /// Whether everything before these offsets was taken in.
  private synchronized boolean reached(Map<Integer, Long> goal) {
    return !restart
        && goal.entrySet().stream()
            .allMatch(e -> positions.getOrDefault(e.getKey(), -1L) >= e.getValue());
  }

  /// Whether what stood in the topic when we began was taken in.
  public boolean isCaughtUp() {
    return caughtUp;
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
        status.recordProblem(topic, "%s cannot be read: %s".formatted(topic, e.getMessage()));
        rewind();
      }
    }
  }

  private void follow(Consumer<byte[], byte[]> consumer) throws InterruptedException {
    TopicLayout layout = null;
    @Nullable Map<Integer, Long> goal = null;
    while (!closing) {
      TopicLayout seen = topics.layout(topic).orElse(null);
      if (seen == null) {
        TimeUnit.MILLISECONDS.sleep(SHORT_WAIT.toMillis());
        continue;
      }
      if (isRestarting() || !seen.equals(layout)) {
        layout = seen;
        goal = null;
        seekToBeginning(consumer, seen);
      }
      processor.process(consumer.poll(POLL));
      updatePositions(consumer);
      goal = report(goal);
    }
  }

  /// Ready once what was there at the beginning is read.
  private @Nullable Map<Integer, Long> report(@Nullable Map<Integer, Long> goal) {
    if (goal != null && goal.isEmpty()) {
      return goal;
    }
    try {
      Map<Integer, Long> known = goal == null ? topics.endOffsets(topic) : goal;
      if (reached(known)) {
        status.clearProblem(topic);
        caughtUp = true;
        return Map.of();
      }
      status.recordProblem(topic, topic + " is not read to its end yet");
      return known;
    } catch (KafkaException e) {
      status.recordProblem(topic, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private synchronized boolean isRestarting() {
    return restart;
  }

  private void seekToBeginning(Consumer<byte[], byte[]> consumer, TopicLayout layout) {
    List<TopicPartition> all =
        IntStream.range(0, layout.partitions())
            .mapToObj(p -> new TopicPartition(topic, p))
            .toList();
    synchronized (this) {
      restart = false;
      positions = Map.of();
    }
    caughtUp = false;
    consumer.assign(all);
    consumer.seekToBeginning(all);
    status.keepLagsOf(topic, IntStream.range(0, layout.partitions()).boxed().toList());
  }

  private void updatePositions(Consumer<byte[], byte[]> consumer) {
    var reached = new HashMap<Integer, Long>();
    for (TopicPartition partition : consumer.assignment()) {
      try {
        reached.put(partition.partition(), consumer.position(partition, SHORT_WAIT));
        consumer
            .currentLag(partition)
            .ifPresent(lag -> status.recordLag(topic, partition.partition(), lag));
      } catch (org.apache.kafka.common.errors.TimeoutException _) {
        // Not known while the broker is away; then nothing is reached either.
      }
    }
    synchronized (this) {
      if (!restart) {
        positions = Map.copyOf(reached);
      }
    }
  }
}
