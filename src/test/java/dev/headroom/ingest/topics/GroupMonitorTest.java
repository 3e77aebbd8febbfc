package dev.headroom.ingest.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GroupMonitorTest {

  @Test
  void aGroupIsFineOnceEveryPartitionHasAnOwner() {
    assertThat(GroupMonitor.problem(group(GroupState.STABLE, List.of(Set.of(0, 2), Set.of(1))), 3))
        .isEmpty();
    assertThat(GroupMonitor.problem(group(GroupState.STABLE, List.of(Set.of(0), Set.of())), 3))
        .contains("has no owner for the partitions [1, 2]");
    assertThat(
            GroupMonitor.problem(
                group(GroupState.PREPARING_REBALANCE, List.of(Set.of(0, 1, 2))), 3))
        .contains("does not share the samples out yet: PreparingRebalance");
  }

  @Test
  void whatIsAmissTwiceIsAProblemUntilItIsFine() throws Exception {
    // Given
    var status = new IngestStatus();
    var monitor = new GroupMonitor("g", status);
    try (var broker = new ScriptedAdmin()) {
      // When a rebalance passes through states that are amiss
      monitor.check(broker, 3);
      assertThat(status.notReadyReason()).isEmpty();

      // Then
      monitor.check(broker, 3);
      assertThat(status.notReadyReason())
          .contains("the group g does not share the samples out yet: Empty");
      broker.group = GroupState.STABLE;
      monitor.check(broker, 3);
      assertThat(status.notReadyReason()).isEmpty();
      monitor.check(broker, 4);
      assertThat(status.notReadyReason()).isEmpty();
      monitor.check(broker, 4);
      assertThat(status.notReadyReason())
          .contains("the group g has no owner for the partitions [3]");
      broker.hasNoGroup = true;
      monitor.check(broker, 4);
      assertThat(status.notReadyReason()).contains("the group g is not there");
    }
  }

  @Test
  void partitionsOfOtherTopicsAreNotTheSamples() {
    MemberDescription other =
        member(Set.of(new TopicPartition(Topics.DEVICE_SAMPLES, 0)), "of other topics");
    assertThat(GroupMonitor.problem(described(GroupState.STABLE, List.of(other)), 1))
        .contains("has no owner for the partitions [0]");
  }

  private static ConsumerGroupDescription group(GroupState state, List<Set<Integer>> members) {
    return described(state, members.stream().map(GroupMonitorTest::member).toList());
  }

  private static ConsumerGroupDescription described(
      GroupState state, List<MemberDescription> members) {
    return new ConsumerGroupDescription(
        "g",
        false,
        members,
        "cooperative-sticky",
        GroupType.CLASSIC,
        state,
        Node.noNode(),
        Set.of(),
        Optional.empty(),
        Optional.empty());
  }

  static MemberDescription member(Set<Integer> partitions) {
    return member(
        partitions.stream()
            .map(partition -> new TopicPartition(Topics.MEMORY_SAMPLES, partition))
            .collect(Collectors.toSet()),
        "m" + partitions);
  }

  private static MemberDescription member(Set<TopicPartition> assigned, String name) {
    return new MemberDescription(
        name,
        Optional.empty(),
        "c",
        "h",
        new MemberAssignment(assigned),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
