package dev.headroom.ingest.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;

/// An admin client of a broker that is a map of topics. It may be away.
public final class ScriptedAdmin extends ForwardingAdmin {

  public final Map<String, TopicDescription> topics = new ConcurrentHashMap<>();
  volatile boolean isAway;

  /// Another replica creates every topic just before this one does.
  volatile boolean isRaced;

  volatile GroupState group = GroupState.EMPTY;

  /// Whether nobody ever was in the group.
  volatile boolean hasNoGroup;

  public ScriptedAdmin() {
    super(Map.of("bootstrap.servers", "127.0.0.1:1"));
  }

  void create(String name, int partitions) {
    var infos = new ArrayList<TopicPartitionInfo>();
    for (int i = 0; i < partitions; i++) {
      infos.add(new TopicPartitionInfo(i, Node.noNode(), List.of(), List.of()));
    }
    topics.put(name, new TopicDescription(name, false, infos, Set.of(), Uuid.randomUuid()));
  }

  @Override
  public DescribeTopicsResult describeTopics(TopicCollection wanted, DescribeTopicsOptions how) {
    var answers = new HashMap<String, KafkaFuture<TopicDescription>>();
    for (String name : ((TopicCollection.TopicNameCollection) wanted).topicNames()) {
      TopicDescription known = topics.get(name);
      answers.put(
          name,
          isAway
              ? failed(new TimeoutException("no node answered"))
              : known == null
                  ? failed(new UnknownTopicOrPartitionException(name))
                  : KafkaFuture.completedFuture(known));
    }
    return new DescribeTopicsResult(null, answers) {};
  }

  @Override
  public CreateTopicsResult createTopics(Collection<NewTopic> wanted, CreateTopicsOptions how) {
    var answers = new HashMap<String, KafkaFuture<CreateTopicsResult.TopicMetadataAndConfig>>();
    for (NewTopic topic : wanted) {
      create(topic.name(), topic.numPartitions());
      answers.put(
          topic.name(),
          isRaced
              ? failed(new TopicExistsException(topic.name()))
              : KafkaFuture.completedFuture(null));
    }
    return new CreateTopicsResult(answers) {};
  }

  @Override
  public ListOffsetsResult listOffsets(
      Map<TopicPartition, OffsetSpec> wanted, ListOffsetsOptions how) {
    var answers = new HashMap<TopicPartition, KafkaFuture<ListOffsetsResultInfo>>();
    for (TopicPartition partition : wanted.keySet()) {
      answers.put(
          partition,
          isAway
              ? failed(new TimeoutException("no node answered"))
              : KafkaFuture.completedFuture(
                  new ListOffsetsResultInfo(100 + partition.partition(), -1, Optional.empty())));
    }
    return new ListOffsetsResult(answers);
  }

  @Override
  public DescribeConsumerGroupsResult describeConsumerGroups(
      Collection<String> wanted, DescribeConsumerGroupsOptions how) {
    var answers = new HashMap<String, KafkaFuture<ConsumerGroupDescription>>();
    for (String name : wanted) {
      answers.put(
          name,
          hasNoGroup
              ? failed(new GroupIdNotFoundException(name))
              : KafkaFuture.completedFuture(
                  new ConsumerGroupDescription(
                      name,
                      false,
                      List.of(GroupMonitorTest.member(Set.of(0, 1, 2))),
                      "cooperative-sticky",
                      GroupType.CLASSIC,
                      group,
                      Node.noNode(),
                      Set.of(),
                      Optional.empty(),
                      Optional.empty())));
    }
    return new DescribeConsumerGroupsResult(answers);
  }

  @Override
  public void close(Duration timeout) {
    super.close(Duration.ZERO);
  }

  private static <T> KafkaFuture<T> failed(RuntimeException why) {
    var future = new KafkaFutureImpl<T>();
    future.completeExceptionally(why);
    return future;
  }
}
