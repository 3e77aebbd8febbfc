package dev.headroom.ingest.ownership;

import dev.headroom.ledger.state.SampleOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What replicas see of Kafka: a topic of samples that can be made anew, a topic of summaries,
/// transactions, and a group that assigns, revokes and loses patience. Without a clock or threads.
final class SimulatedKafka {

  static final int PARTITIONS = 3;
  static final int SUMMARY_PARTITIONS = 2;
  private static final int JOBS = 8;

  /// One sample of a job; no other has its number.
  record Sample(String job, long number) {}

  /// A job as its owner wrote it.
  record Summary(String job, Set<Long> counted, SampleOffset offset, Transaction in) {}

  private record Commit(@Nullable String topic, long offset) {}

  /// A transaction of one replica, which moves on step by step.
  static final class Transaction {

    private enum State {
      BEGUN,
      SUMMARIES_SENT,
      OFFSETS_SENT,
      COMMITTED,
      ABORTED
    }

    private final int generation;
    private final @Nullable String topic;
    private final Map<Integer, Long> positions;
    private final Map<String, Summary> summaries = new HashMap<>();
    private State state = State.BEGUN;

    Transaction(int generation, @Nullable String topic, Map<Integer, Long> positions) {
      this.generation = generation;
      this.topic = topic;
      this.positions = Map.copyOf(positions);
    }

    void add(String job, Set<Long> counted, long offset) {
      summaries.put(job, new Summary(job, counted, new SampleOffset(topic, offset), this));
    }

    boolean isOpen() {
      return state != State.COMMITTED && state != State.ABORTED;
    }

    boolean isCommitted() {
      return state == State.COMMITTED;
    }
  }

  final List<List<Summary>> summaries = new ArrayList<>();
  private final Random random;
  private final List<Transaction> open = new ArrayList<>();
  private final Map<Integer, Commit> committed = new HashMap<>();
  private final Map<Integer, SimulatedReplica> assigned = new HashMap<>();
  private final Map<Integer, SimulatedReplica> target = new HashMap<>();
  private List<List<Sample>> samples = List.of();
  private int topics;
  private long produced;
  private int generation;

  SimulatedKafka(Random random) {
    this.random = random;
    for (int i = 0; i < SUMMARY_PARTITIONS; i++) {
      summaries.add(new ArrayList<>());
    }
    createAnew();
  }

  static int partitionOf(String job) {
    return Integer.parseInt(job) % PARTITIONS;
  }

  static int summaryPartitionOf(String job) {
    return Integer.parseInt(job) % SUMMARY_PARTITIONS;
  }

  String topic() {
    return "topic-" + topics;
  }

  List<Sample> samples(int partition) {
    return samples.get(partition);
  }

  int generation() {
    return generation;
  }

  void produce() {
    String job = Integer.toString(random.nextInt(JOBS));
    samples.get(partitionOf(job)).add(new Sample(job, produced++));
  }

  /// The topic is deleted, with what the group committed, and made anew.
  void createAnew() {
    topics++;
    committed.clear();
    samples = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      samples.add(new ArrayList<>());
    }
  }

  /// Someone sets a partition of the group back to its beginning.
  void forgetOffset() {
    committed.remove(random.nextInt(PARTITIONS));
  }

  /// Where a new owner begins; null while a transaction with it is pending.
  @Nullable Long position(int partition, String topic) {
    boolean isPending =
        open.stream()
            .anyMatch(
                each ->
                    each.state == Transaction.State.OFFSETS_SENT
                        && each.positions.containsKey(partition));
    if (isPending) {
      return null;
    }
    Commit commit = committed.get(partition);
    return commit == null || !topic.equals(commit.topic()) ? 0 : commit.offset();
  }

  Map<Integer, Long> summariesEnd() {
    var ends = new HashMap<Integer, Long>();
    for (int i = 0; i < SUMMARY_PARTITIONS; i++) {
      ends.put(i, (long) summaries.get(i).size());
    }
    return ends;
  }

  void begin(Transaction transaction) {
    open.add(transaction);
  }

  /// Does the next step of a transaction; an old generation cannot commit.
  void advance(Transaction transaction) {
    switch (transaction.state) {
      case BEGUN -> {
        transaction.summaries.forEach(
            (job, summary) -> summaries.get(summaryPartitionOf(job)).add(summary));
        transaction.state = Transaction.State.SUMMARIES_SENT;
      }
      case SUMMARIES_SENT -> {
        boolean isFenced = !transaction.positions.isEmpty() && transaction.generation != generation;
        if (isFenced) {
          abort(transaction);
        } else {
          transaction.state = Transaction.State.OFFSETS_SENT;
        }
      }
      case OFFSETS_SENT -> {
        transaction.state = Transaction.State.COMMITTED;
        open.remove(transaction);
        transaction.positions.forEach(
            (partition, offset) -> committed.put(partition, new Commit(transaction.topic, offset)));
      }
      case COMMITTED, ABORTED -> {}
    }
  }

  void abort(Transaction transaction) {
    if (transaction.isOpen()) {
      transaction.state = Transaction.State.ABORTED;
      open.remove(transaction);
    }
  }

  /// Transactions of those that died end by themselves.
  void endForsaken(Set<Transaction> alive) {
    List.copyOf(open).stream().filter(each -> !alive.contains(each)).forEach(this::abort);
  }

  /// The group shares its partitions out anew.
  void rebalance(List<SimulatedReplica> members) {
    generation++;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      target.put(partition, members.get(random.nextInt(members.size())));
    }
  }

  /// The group waits no longer for a member.
  void evict(SimulatedReplica member, List<SimulatedReplica> others) {
    assigned.values().removeIf(owner -> owner == member);
    generation++;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      if (target.get(partition) == member) {
        target.remove(partition);
        if (!others.isEmpty()) {
          target.put(partition, others.get(random.nextInt(others.size())));
        }
      }
    }
  }

  /// What a member has to give back.
  Set<Integer> toRevoke(SimulatedReplica member) {
    var leaving = new HashSet<Integer>();
    assigned.forEach(
        (partition, owner) -> {
          if (owner == member && target.get(partition) != member) {
            leaving.add(partition);
          }
        });
    return leaving;
  }

  void released(Set<Integer> partitions) {
    assigned.keySet().removeAll(partitions);
  }

  /// What is free and meant for a member; it is assigned from now on.
  Set<Integer> toAssign(SimulatedReplica member) {
    var fresh = new HashSet<Integer>();
    target.forEach(
        (partition, owner) -> {
          if (owner == member && !assigned.containsKey(partition)) {
            fresh.add(partition);
          }
        });
    fresh.forEach(partition -> assigned.put(partition, member));
    return fresh;
  }

  /// A member closed its consumer: what it had is free.
  void left(SimulatedReplica member) {
    assigned.values().removeIf(owner -> owner == member);
    generation++;
  }
}
