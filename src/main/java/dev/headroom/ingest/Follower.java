package dev.headroom.ingest;

import dev.headroom.ingest.TopicWatch.Layout;
import dev.headroom.live.Pulse;
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

/// Follows one whole topic from its beginning, on a thread of its own and in no group. Begins anew
/// when the topic was deleted and made again, or when it is told to.
final class Follower implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Follower.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration GLANCE = Duration.ofMillis(200);

  private final String topic;
  private final TopicWatch watch;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Intake intake;
  private final Pulse pulse;
  private final Thread thread;
  private volatile boolean closing;

  /// What follows is guarded by this. Where reading stands, by partition; empty until it is known.
  private Map<Integer, Long> positions = Map.of();

  private boolean anew = true;
  private volatile boolean caughtUp;

  Follower(
      String topic,
      TopicWatch watch,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Intake intake,
      Pulse pulse) {
    this.topic = topic;
    this.watch = watch;
    this.consumers = consumers;
    this.intake = intake;
    this.pulse = pulse;
    this.thread = new Thread(this::run, "headroom-" + topic);
  }

  void start() {
    pulse.troubled(topic, topic + " was not read yet");
    thread.setDaemon(true);
    thread.start();
  }

  /// Reads the topic from its beginning once more.
  synchronized void rewind() {
    positions = Map.of();
    anew = true;
  }

  /// Whether everything before these offsets was taken in.
  synchronized boolean reached(Map<Integer, Long> goal) {
    return !anew
        && goal.entrySet().stream()
            .allMatch(e -> positions.getOrDefault(e.getKey(), -1L) >= e.getValue());
  }

  /// Whether what stood in the topic when we began was taken in.
  boolean isCaughtUp() {
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
        pulse.troubled(topic, "%s cannot be read: %s".formatted(topic, e.getMessage()));
        rewind();
      }
    }
  }

  private void follow(Consumer<byte[], byte[]> consumer) throws InterruptedException {
    Layout layout = null;
    @Nullable Map<Integer, Long> goal = null;
    while (!closing) {
      Layout seen = watch.layout(topic).orElse(null);
      if (seen == null) {
        TimeUnit.MILLISECONDS.sleep(GLANCE.toMillis());
        continue;
      }
      if (isToBeginAnew() || !seen.equals(layout)) {
        layout = seen;
        goal = null;
        begin(consumer, seen);
      }
      intake.take(consumer.poll(POLL));
      stand(consumer);
      goal = report(goal);
    }
  }

  /// Ready once what was there at the beginning is read.
  private @Nullable Map<Integer, Long> report(@Nullable Map<Integer, Long> goal) {
    if (goal != null && goal.isEmpty()) {
      return goal;
    }
    try {
      Map<Integer, Long> known = goal == null ? watch.ends(topic) : goal;
      if (reached(known)) {
        pulse.fine(topic);
        caughtUp = true;
        return Map.of();
      }
      pulse.troubled(topic, topic + " is not read to its end yet");
      return known;
    } catch (KafkaException e) {
      pulse.troubled(topic, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private synchronized boolean isToBeginAnew() {
    return anew;
  }

  private void begin(Consumer<byte[], byte[]> consumer, Layout layout) {
    List<TopicPartition> all =
        IntStream.range(0, layout.partitions())
            .mapToObj(p -> new TopicPartition(topic, p))
            .toList();
    synchronized (this) {
      anew = false;
      positions = Map.of();
    }
    caughtUp = false;
    consumer.assign(all);
    consumer.seekToBeginning(all);
    pulse.watches(topic, IntStream.range(0, layout.partitions()).boxed().toList());
  }

  private void stand(Consumer<byte[], byte[]> consumer) {
    var reached = new HashMap<Integer, Long>();
    for (TopicPartition partition : consumer.assignment()) {
      try {
        reached.put(partition.partition(), consumer.position(partition, GLANCE));
        consumer
            .currentLag(partition)
            .ifPresent(lag -> pulse.lags(topic, partition.partition(), lag));
      } catch (org.apache.kafka.common.errors.TimeoutException _) {
        // Not known while the broker is away; then nothing is reached either.
      }
    }
    synchronized (this) {
      if (!anew) {
        positions = Map.copyOf(reached);
      }
    }
  }
}
