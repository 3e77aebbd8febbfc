package dev.headroom.ingest;

import dev.headroom.live.Pulse;
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
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Looks after the topics, and the group, on a thread of its own: creates what is missing, notices
/// what was deleted and made anew, and says when the broker cannot be reached.
final class TopicWatch implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(TopicWatch.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofMillis(100);
  private static final long PATIENCE_SECONDS = 5;

  /// A topic as it stands: another id means that it was deleted and made anew.
  record Layout(Uuid id, int partitions) {}

  private final Admin admin;
  private final List<NewTopic> plan;
  private final GroupWatch group;
  private final Pulse pulse;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "headroom-topics");
  private volatile Map<String, Layout> layouts = Map.of();
  private boolean isLost;

  TopicWatch(Admin admin, List<NewTopic> plan, GroupWatch group, Pulse pulse) {
    this.admin = admin;
    this.plan = List.copyOf(plan);
    this.group = group;
    this.pulse = pulse;
  }

  void start() {
    pulse.troubled("kafka", "the broker was not reached yet");
    thread.setDaemon(true);
    thread.start();
  }

  /// The topic as it was seen last; empty until then.
  Optional<Layout> layout(String topic) {
    return Optional.ofNullable(layouts.get(topic));
  }

  /// The partition of the samples' topic that a record of another topic belongs to, by the default
  /// partitioner of Kafka's Java client; 0 while nothing is known of that topic.
  int samplePartition(byte[] key) {
    Layout samples = layouts.get(Topics.MEMORY_SAMPLES);
    return samples == null ? 0 : Partitions.of(key, samples.partitions());
  }

  /// The end of each partition, with what is not committed yet.
  ///
  /// @throws KafkaException if the broker does not say
  Map<Integer, Long> ends(String topic) {
    Layout layout = layouts.get(topic);
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
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
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
          if (look()) {
            pause = SOON;
          }
          Layout samples = layouts.get(Topics.MEMORY_SAMPLES);
          if (samples != null) {
            group.look(admin, samples.partitions());
          }
          said(null);
          pulse.fine("kafka");
        } catch (ExecutionException | TimeoutException | KafkaException e) {
          String trouble = "the broker cannot be reached: " + why(e);
          said(trouble);
          pulse.troubled("kafka", trouble);
        }
      } while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Tells the log when the broker is lost and when it is back, once each.
  private void said(@Nullable String trouble) {
    if (trouble != null && !isLost) {
      LOG.warnf("%s; trying again", trouble);
    } else if (trouble == null && isLost) {
      LOG.info("the broker is reached again");
    }
    isLost = trouble != null;
  }

  /// Whether something was created, and is not seen yet.
  private boolean look() throws ExecutionException, TimeoutException, InterruptedException {
    var seen = new HashMap<String, Layout>();
    for (NewTopic topic : plan) {
      try {
        Map<String, TopicDescription> described =
            admin
                .describeTopics(List.of(topic.name()))
                .allTopicNames()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        described.forEach(
            (name, now) -> seen.put(name, new Layout(now.topicId(), now.partitions().size())));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
        create(topic);
      }
    }
    layouts = Map.copyOf(seen);
    return seen.size() < plan.size();
  }

  private void create(NewTopic topic)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      admin.createTopics(List.of(topic)).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      LOG.infof("created the topic %s, which was missing", topic.name());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private static String why(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    return cause.getMessage() == null ? "no answer" : cause.getMessage();
  }
}
