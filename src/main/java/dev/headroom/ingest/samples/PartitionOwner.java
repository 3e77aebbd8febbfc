package dev.headroom.ingest.samples;

import dev.headroom.ingest.compacted.RewindableReader;
import dev.headroom.ingest.ownership.OwnershipCommand;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ingest.ownership.OwnershipEvent;
import dev.headroom.ingest.ownership.OwnershipEvent.CheckpointDue;
import dev.headroom.ingest.ownership.OwnershipEvent.CheckpointEnded;
import dev.headroom.ingest.ownership.OwnershipEvent.JobsRestored;
import dev.headroom.ingest.ownership.OwnershipEvent.PositionKnown;
import dev.headroom.ingest.ownership.OwnershipEvent.SummariesRead;
import dev.headroom.ingest.ownership.OwnershipEvent.TopicSeen;
import dev.headroom.ingest.ownership.PartitionOwnership;
import dev.headroom.ingest.ownership.PartitionState;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.Topics;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Tells a [PartitionOwnership] what happens. Carries out its commands with Kafka's consumer and
/// the ledger. Of one thread, which polls.
public final class PartitionOwner {

  private static final Logger LOG = Logger.getLogger(PartitionOwner.class);
  static final String COMPONENT = "samples";
  private static final String NOT_JOINED = "the group was not joined yet";

  private final TopicView topics;
  private final PositionLookup positions;
  private final RewindableReader summaries;
  private final BooleanSupplier isReady;
  private final OwnedJobs jobs;
  private final SummaryCheckpoint checkpoint;
  private final IngestStatus status;
  private PartitionOwnership ownership = PartitionOwnership.none();
  private @Nullable Consumer<byte[], byte[]> consumer;
  private boolean isBrokerSilent;

  /// @param isReady whether all is read that has to be known before samples
  public PartitionOwner(
      TopicView topics,
      RewindableReader summaries,
      BooleanSupplier isReady,
      OwnedJobs jobs,
      SummaryCheckpoint checkpoint,
      IngestStatus status) {
    this.topics = topics;
    this.positions = new PositionLookup(topics, status);
    this.summaries = summaries;
    this.isReady = isReady;
    this.jobs = jobs;
    this.checkpoint = checkpoint;
    this.status = status;
  }

  /// Goes on with a consumer that has joined nothing yet.
  void use(Consumer<byte[], byte[]> fresh) {
    consumer = fresh;
  }

  /// The consumer in use.
  ///
  /// @throws IllegalStateException if there is none
  private Consumer<byte[], byte[]> consumer() {
    if (consumer == null) {
      throw new IllegalStateException("a bug: there is no consumer");
    }
    return consumer;
  }

  /// Looks at the topic, the summaries and the checkpoint, and acts on what has changed.
  ///
  /// @return whether the consumer is still of use
  boolean look() {
    topics
        .layout(Topics.MEMORY_SAMPLES)
        .ifPresent(topic -> on(new TopicSeen(topic.id().toString())));
    checkpoint.outcome().ifPresent(isWritten -> on(new CheckpointEnded(isWritten)));
    isBrokerSilent = false;
    on(new SummariesRead(summaries.positions(), isReady.getAsBoolean()));
    if (checkpoint.isDue()) {
      on(new CheckpointDue());
    }
    reportProblem();
    return consumer != null;
  }

  /// Says whether the samples of all assigned partitions are read, and why not.
  void reportProblem() {
    if (!ownership.isMember()) {
      status.recordProblem(COMPONENT, NOT_JOINED);
    } else if (!isWaiting()) {
      status.clearProblem(COMPONENT);
    } else if (!isBrokerSilent) {
      status.recordProblem(
          COMPONENT,
          "jobs of %d partitions are being restored"
              .formatted(ownership.partitions().waiting().size()));
    }
  }

  boolean isWaiting() {
    return !ownership.partitions().waiting().isEmpty();
  }

  Set<Integer> owned() {
    return ownership.partitions().owned();
  }

  /// The state of a partition; null if it was never assigned.
  @Nullable PartitionState state(int partition) {
    return ownership.partitions().get(partition);
  }

  /// Something happened: what follows from it is done at once.
  void on(OwnershipEvent event) {
    PartitionOwnership.Step step = ownership.after(event);
    ownership = step.next();
    step.commands().forEach(this::carryOut);
  }

  private void carryOut(OwnershipCommand command) {
    switch (command) {
      case OwnershipCommand.Pause(Set<Integer> partitions) -> consumer().pause(samples(partitions));
      case OwnershipCommand.AskPosition(int partition) -> askPosition(partition);
      case OwnershipCommand.FoldAssigned(int partition) ->
          on(new JobsRestored(partition, jobs.restore(partition)));
      case OwnershipCommand.Resume(int partition, long position, int restored) -> {
        status.recordOutcome(Topics.MEMORY_SAMPLES, RecordOutcome.RESTORED, restored);
        consumer().resume(samples(Set.of(partition)));
        LOG.infof("took over partition %d at %d with %d jobs", partition, position, restored);
      }
      case WriteCheckpoint write -> {
        checkpoint.begin(jobs.snapshot(), write, consumer().groupMetadata());
        if (write.isAwaited()) {
          on(new CheckpointEnded(checkpoint.await()));
        }
      }
      case OwnershipCommand.AwaitCheckpoint _ -> on(new CheckpointEnded(checkpoint.await()));
      case OwnershipCommand.FoldRevoked(Set<Integer> partitions) -> {
        jobs.release(partitions);
        gone(partitions);
      }
      case OwnershipCommand.FoldLost(Set<Integer> partitions) -> {
        LOG.warnf("what is known of the jobs of %d partitions is read anew", partitions.size());
        jobs.lose(partitions);
        gone(partitions);
      }
      case OwnershipCommand.RewindSummaries _ -> summaries.rewind();
      case OwnershipCommand.Rejoin _ -> {
        LOG.warnf("%s is another one than before: beginning anew", Topics.MEMORY_SAMPLES);
        consumer = null;
      }
    }
  }

  private void gone(Set<Integer> partitions) {
    checkpoint.revoked(partitions);
    status.keepLagsOf(Topics.MEMORY_SAMPLES, owned());
  }

  private void askPosition(int partition) {
    String topic = ownership.topic();
    if (topic != null && !isBrokerSilent) {
      Optional<PositionKnown> known = positions.ask(consumer(), partition, topic);
      isBrokerSilent = known.isEmpty();
      known.ifPresent(this::on);
    }
  }

  private static Set<TopicPartition> samples(Collection<Integer> partitions) {
    return partitions.stream()
        .map(partition -> new TopicPartition(Topics.MEMORY_SAMPLES, partition))
        .collect(Collectors.toSet());
  }
}
