package dev.headroom.ingest.samples;

import dev.headroom.ingest.ownership.OwnershipEvent.PartitionsAssigned;
import dev.headroom.ingest.ownership.OwnershipEvent.PartitionsLost;
import dev.headroom.ingest.ownership.OwnershipEvent.PartitionsRevoked;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/// Tells the owner what the group gives and takes, within a poll of its consumer.
record Rebalances(PartitionOwner owner) implements ConsumerRebalanceListener {

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    owner.on(new PartitionsAssigned(numbers(partitions)));
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    owner.on(new PartitionsRevoked(numbers(partitions)));
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    owner.on(new PartitionsLost(numbers(partitions)));
  }

  private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
  }
}
