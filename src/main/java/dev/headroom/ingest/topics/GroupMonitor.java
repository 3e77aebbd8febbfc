package dev.headroom.ingest.topics;

import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// Watches the consumer group from outside. A partition without an owner has jobs that no replica
/// folds, and no member of the group can know that by itself. Of one thread.
public final class GroupMonitor {

  private static final String COMPONENT = "group";
  private static final long TIMEOUT_SECONDS = 5;

  private final String group;
  private final IngestStatus status;
  private boolean hadProblem;

  public GroupMonitor(String group, IngestStatus status) {
    this.group = group;
    this.status = status;
  }

  /// Says what is amiss if it was so the last time too: every rebalance passes through states that
  /// are.
  ///
  /// @param partitions of the samples' topic
  void check(Admin admin, int partitions)
      throws ExecutionException, TimeoutException, InterruptedException {
    Optional<String> problem =
        describe(admin)
            .map(described -> problem(described, partitions))
            .orElse(Optional.of("is not there"));
    if (hadProblem && problem.isPresent()) {
      status.recordProblem(COMPONENT, "the group " + group + " " + problem.orElseThrow());
    } else {
      status.clearProblem(COMPONENT);
    }
    hadProblem = problem.isPresent();
  }

  private Optional<ConsumerGroupDescription> describe(Admin admin)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      return Optional.ofNullable(
          admin
              .describeConsumerGroups(List.of(group))
              .all()
              .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .get(group));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Why a group does not fold every sample; empty if it does.
  static Optional<String> problem(ConsumerGroupDescription described, int partitions) {
    if (described.groupState() != GroupState.STABLE) {
      return Optional.of("does not share the samples out yet: " + described.groupState());
    }
    var without = new TreeSet<Integer>();
    for (int partition = 0; partition < partitions; partition++) {
      without.add(partition);
    }
    described
        .members()
        .forEach(
            member ->
                member.assignment().topicPartitions().stream()
                    .filter(assigned -> assigned.topic().equals(Topics.MEMORY_SAMPLES))
                    .map(TopicPartition::partition)
                    .forEach(without::remove));
    return without.isEmpty()
        ? Optional.empty()
        : Optional.of("has no owner for the partitions " + without);
  }
}
