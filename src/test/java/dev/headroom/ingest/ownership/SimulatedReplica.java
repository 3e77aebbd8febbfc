package dev.headroom.ingest.ownership;

import dev.headroom.ingest.ownership.OwnershipCommand.AskPosition;
import dev.headroom.ingest.ownership.OwnershipCommand.AwaitCheckpoint;
import dev.headroom.ingest.ownership.OwnershipCommand.FoldAssigned;
import dev.headroom.ingest.ownership.OwnershipCommand.FoldLost;
import dev.headroom.ingest.ownership.OwnershipCommand.FoldRevoked;
import dev.headroom.ingest.ownership.OwnershipCommand.Pause;
import dev.headroom.ingest.ownership.OwnershipCommand.Rejoin;
import dev.headroom.ingest.ownership.OwnershipCommand.Resume;
import dev.headroom.ingest.ownership.OwnershipCommand.RewindSummaries;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ingest.ownership.OwnershipEvent.CheckpointEnded;
import dev.headroom.ingest.ownership.OwnershipEvent.JobsRestored;
import dev.headroom.ingest.ownership.OwnershipEvent.PositionKnown;
import dev.headroom.ingest.ownership.OwnershipEvent.SamplesFolded;
import dev.headroom.ingest.ownership.SimulatedKafka.Sample;
import dev.headroom.ingest.ownership.SimulatedKafka.Summary;
import dev.headroom.ingest.ownership.SimulatedKafka.Transaction;
import dev.headroom.ledger.state.SampleOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A replica without Kafka's client: a [PartitionOwnership], a ledger that only counts, and someone
/// who carries out the commands. Its consumer reads the topic with the id that was seen.
final class SimulatedReplica {

  /// A machine as it is, or with a fault.
  interface Machine {
    PartitionOwnership.Step after(PartitionOwnership ownership, OwnershipEvent event);
  }

  /// A job in the ledger.
  private record Job(Set<Long> counted, @Nullable SampleOffset offset) {}

  /// A sample was counted that was counted before.
  static final class CountedTwiceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CountedTwiceException(Sample sample) {
      super(sample + " was counted twice");
    }
  }

  private final SimulatedKafka kafka;
  private final Machine machine;
  private final Random random;
  private final Map<String, Job> jobs = new HashMap<>();
  private final Set<Integer> ledgerOwned = new HashSet<>();
  private final Map<Integer, Long> fetched = new HashMap<>();
  private final Set<Integer> paused = new HashSet<>();
  private final int[] read = new int[SimulatedKafka.SUMMARY_PARTITIONS];
  private PartitionOwnership ownership = PartitionOwnership.none();
  private @Nullable Transaction transaction;
  private boolean isEvicted;
  private int generation;
  private String seen;
  private String reading;
  private int takenOver;

  SimulatedReplica(SimulatedKafka kafka, Machine machine, Random random) {
    this.kafka = kafka;
    this.machine = machine;
    this.random = random;
    this.seen = kafka.topic();
    this.reading = seen;
    on(new OwnershipEvent.TopicSeen(seen));
  }

  int takenOver() {
    return takenOver;
  }

  Set<Integer> owned() {
    return ledgerOwned;
  }

  Set<Long> counted(String job) {
    Job known = jobs.get(job);
    return known == null ? Set.of() : known.counted();
  }

  @Nullable Transaction transaction() {
    return transaction;
  }

  void evicted() {
    isEvicted = true;
  }

  /// One poll: what the group has to say first, then some samples.
  void poll() {
    if (isEvicted) {
      isEvicted = false;
      on(new OwnershipEvent.PartitionsLost(Set.copyOf(fetched.keySet())));
      fetched.clear();
    }
    generation = kafka.generation();
    Set<Integer> leaving = kafka.toRevoke(this);
    if (!leaving.isEmpty()) {
      on(new OwnershipEvent.PartitionsRevoked(leaving));
      fetched.keySet().removeAll(leaving);
      kafka.released(leaving);
    }
    Set<Integer> fresh = kafka.toAssign(this);
    if (!fresh.isEmpty()) {
      fresh.forEach(partition -> fetched.put(partition, -1L));
      on(new OwnershipEvent.PartitionsAssigned(fresh));
    }
    fetch();
  }

  private void fetch() {
    var next = new HashMap<Integer, Long>();
    fetched.forEach(
        (partition, position) -> {
          if (!paused.contains(partition) && position >= 0 && reading.equals(kafka.topic())) {
            List<Sample> all = kafka.samples(partition);
            long last = Math.min(all.size(), position + 1 + random.nextInt(4));
            for (long offset = position; offset < last; offset++) {
              take(partition, all.get((int) offset), offset);
            }
            next.put(partition, Math.max(last, position));
          }
        });
    fetched.putAll(next);
    if (!next.isEmpty()) {
      on(new SamplesFolded(next));
    }
  }

  private void take(int partition, Sample sample, long offset) {
    boolean isContained =
        ownership.partitions().get(partition) instanceof PartitionState.Owned owned
            && owned.contains(sample.job(), offset);
    if (!isContained) {
      Job before = jobs.getOrDefault(sample.job(), new Job(Set.of(), null));
      var counted = new HashSet<>(before.counted());
      if (!counted.add(sample.number())) {
        throw new CountedTwiceException(sample);
      }
      jobs.put(sample.job(), new Job(counted, before.offset()));
    }
  }

  /// Reads some of the summaries that are committed.
  void readSummaries(int most) {
    for (int i = 0; i < read.length; i++) {
      List<Summary> all = kafka.summaries.get(i);
      for (int n = 0; n < most && read[i] < all.size() && !all.get(read[i]).in().isOpen(); n++) {
        Summary summary = all.get(read[i]++);
        if (summary.in().isCommitted()) {
          take(summary);
        }
      }
    }
    var positions = new HashMap<Integer, Long>();
    for (int i = 0; i < read.length; i++) {
      positions.put(i, (long) read[i]);
    }
    on(new OwnershipEvent.SummariesRead(positions, true));
  }

  private void take(Summary summary) {
    Job before = jobs.get(summary.job());
    boolean isOwned = ledgerOwned.contains(SimulatedKafka.partitionOf(summary.job()));
    Set<Long> counted = isOwned && before != null ? before.counted() : summary.counted();
    if (!isOwned || before != null) {
      jobs.put(summary.job(), new Job(counted, summary.offset()));
    }
  }

  void checkpointDue() {
    on(new OwnershipEvent.CheckpointDue());
  }

  /// The producer's thread gets on by a step, and may fail, or fail to hear that it succeeded.
  void write() {
    Transaction open = transaction;
    if (open == null) {
      return;
    }
    if (open.isOpen() && random.nextInt(8) == 0) {
      kafka.abort(open);
    }
    kafka.advance(open);
    if (!open.isOpen()) {
      transaction = null;
      on(new CheckpointEnded(open.isCommitted() && random.nextInt(8) != 0));
    }
  }

  void topicSeen() {
    seen = kafka.topic();
    on(new OwnershipEvent.TopicSeen(seen));
  }

  void consumerFails() {
    on(new OwnershipEvent.ConsumerFailed());
    rejoin();
    on(new OwnershipEvent.TopicSeen(seen));
  }

  private void rejoin() {
    reading = seen;
    isEvicted = false;
    fetched.clear();
    paused.clear();
    kafka.left(this);
  }

  private void on(OwnershipEvent event) {
    PartitionOwnership.Step step = machine.after(ownership, event);
    ownership = step.next();
    step.commands().forEach(this::carryOut);
  }

  private void carryOut(OwnershipCommand command) {
    switch (command) {
      case Pause pause -> paused.addAll(pause.partitions());
      case Resume resume -> {
        paused.remove(resume.partition());
        fetched.replace(resume.partition(), resume.position());
        takenOver++;
      }
      case AskPosition ask -> {
        Long position = kafka.position(ask.partition(), reading);
        if (position != null && reading.equals(kafka.topic())) {
          long end = kafka.samples(ask.partition()).size();
          on(new PositionKnown(ask.partition(), position, end, kafka.summariesEnd()));
        }
      }
      case FoldAssigned assigned -> {
        ledgerOwned.add(assigned.partition());
        on(new JobsRestored(assigned.partition(), offsets(assigned.partition())));
      }
      case FoldRevoked revoked -> ledgerOwned.removeAll(revoked.partitions());
      case FoldLost lost -> {
        ledgerOwned.removeAll(lost.partitions());
        jobs.keySet().removeIf(job -> lost.partitions().contains(SimulatedKafka.partitionOf(job)));
      }
      case RewindSummaries _ -> Arrays.fill(read, 0);
      case WriteCheckpoint write -> begin(write);
      case AwaitCheckpoint _ -> awaitCheckpoint();
      case Rejoin _ -> rejoin();
    }
  }

  private Map<String, SampleOffset> offsets(int partition) {
    var offsets = new HashMap<String, SampleOffset>();
    jobs.forEach(
        (job, state) -> {
          SampleOffset offset = state.offset();
          if (offset != null && SimulatedKafka.partitionOf(job) == partition) {
            offsets.put(job, offset);
          }
        });
    return offsets;
  }

  private void begin(WriteCheckpoint write) {
    Transaction open = transaction;
    if (open != null) {
      kafka.abort(open);
    }
    var positions = new HashMap<Integer, Long>();
    write.owned().forEach((partition, owned) -> positions.put(partition, owned.next()));
    var fresh = new Transaction(generation, write.topic(), positions);
    jobs.forEach(
        (job, state) -> {
          int partition = SimulatedKafka.partitionOf(job);
          if (ledgerOwned.contains(partition)) {
            fresh.add(job, state.counted(), write.offset(job, partition));
          }
        });
    kafka.begin(fresh);
    transaction = fresh;
    if (write.isAwaited()) {
      awaitCheckpoint();
    }
  }

  private void awaitCheckpoint() {
    if (transaction == null) {
      on(new CheckpointEnded(false));
    }
    Transaction awaited = transaction;
    while (awaited != null && transaction == awaited) {
      write();
    }
  }
}
