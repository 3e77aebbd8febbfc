package dev.headroom.ingest.topics;

import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Watches the topics and the consumer group on a thread of its own: creates missing topics,
/// notices topics that were deleted and created again, and reports when the broker cannot be
/// reached.
public final class TopicMonitor implements TopicView, AutoCloseable {

  private static final Logger LOG = Logger.getLogger(TopicMonitor.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration SHORT_PERIOD = Duration.ofMillis(100);
  private static final long TIMEOUT_SECONDS = 5;

  private final Admin admin;
  private final String brokers;
  private final List<NewTopic> definitions;
  private final GroupMonitor groupMonitor;
  private final IngestStatus status;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "headroom-topics");
  private volatile Map<String, TopicLayout> layouts = Map.of();
  private boolean isLost;

  /// @param brokers what names them where they cannot be reached
  public TopicMonitor(
      Admin admin, String brokers, List<NewTopic> plan, GroupMonitor group, IngestStatus status) {
    this.admin = admin;
    this.brokers = brokers;
    this.definitions = List.copyOf(plan);
    this.groupMonitor = group;
    this.status = status;
  }

  public void start() {
    status.recordProblem("kafka", "the broker was not reached yet");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public Optional<TopicLayout> layout(String topic) {
    return Optional.ofNullable(layouts.get(topic));
  }

  /// The partition of the samples' topic that a record of another topic belongs to, by the default
  /// partitioner of Kafka's Java client; 0 while nothing is known of that topic.
  public int samplePartition(byte[] key) {
    TopicLayout samples = layouts.get(Topics.MEMORY_SAMPLES);
    return samples == null ? 0 : KeyPartitioner.of(key, samples.partitions());
  }

  @Override
  public Map<Integer, Long> endOffsets(String topic) {
    TopicLayout layout = layouts.get(topic);
    if (layout == null) {
      throw new KafkaException("nothing is known of the topic " + topic);
    }
    Map<TopicPartition, OffsetSpec> wanted =
        IntStream.range(0, layout.partitions())
            .boxed()
            .collect(Collectors.toMap(p -> new TopicPartition(topic, p), _ -> OffsetSpec.latest()));
    try {
      var ends = new HashMap<Integer, Long>();
      admin
          .listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
          .all()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
      return ends;
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("the ends of " + topic + " are not known", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    admin.close(Duration.ofSeconds(1));
  }

  private void run() {
    try {
      Duration pause;
      do {
        pause = PERIOD;
        try {
          if (refresh()) {
            pause = SHORT_PERIOD;
          }
          TopicLayout samples = layouts.get(Topics.MEMORY_SAMPLES);
          if (samples != null) {
            groupMonitor.check(admin, samples.partitions());
          }
          logChange(null);
          status.clearProblem("kafka");
        } catch (ExecutionException | TimeoutException | KafkaException e) {
          if (closing.getCount() == 0) {
            return;
          }
          String problem = "the broker cannot be reached at %s: %s".formatted(brokers, message(e));
          logChange(problem);
          status.recordProblem("kafka", problem);
        }
      } while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Tells the log when the broker is lost and when it is back, once each.
  private void logChange(@Nullable String problem) {
    if (problem != null && !isLost) {
      LOG.warnf("%s; trying again", problem);
    } else if (problem == null && isLost) {
      LOG.info("the broker is reached again");
    }
    isLost = problem != null;
  }

  /// Whether something was created, and is not seen yet.
  private boolean refresh() throws ExecutionException, TimeoutException, InterruptedException {
    var seen = new HashMap<String, TopicLayout>();
    for (NewTopic topic : definitions) {
      try {
        Map<String, TopicDescription> described =
            admin
                .describeTopics(List.of(topic.name()))
                .allTopicNames()
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        described.forEach(
            (name, now) -> seen.put(name, new TopicLayout(now.topicId(), now.partitions().size())));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
        create(topic);
      }
    }
    layouts = Map.copyOf(seen);
    return seen.size() < definitions.size();
  }

  private void create(NewTopic topic)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      admin.createTopics(List.of(topic)).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      LOG.infof("created the topic %s, which was missing", topic.name());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private static String message(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    return cause.getMessage() == null ? "no answer" : cause.getMessage();
  }
}
