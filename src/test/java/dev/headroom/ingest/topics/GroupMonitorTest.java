package dev.headroom.ingest.topics;

import static org.assertj.core.api.Assertions.assertThat;

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

  private static ConsumerGroupDescription group(GroupState state, List<Set<Integer>> members) {
    List<MemberDescription> described = members.stream().map(GroupMonitorTest::member).toList();
    return new ConsumerGroupDescription(
        "g",
        false,
        described,
        "cooperative-sticky",
        GroupType.CLASSIC,
        state,
        Node.noNode(),
        Set.of(),
        Optional.empty(),
        Optional.empty());
  }

  static MemberDescription member(Set<Integer> partitions) {
    var assignment =
        new MemberAssignment(
            partitions.stream()
                .map(partition -> new TopicPartition(Topics.MEMORY_SAMPLES, partition))
                .collect(Collectors.toSet()));
    return new MemberDescription(
        "m" + partitions,
        Optional.empty(),
        "c",
        "h",
        assignment,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
