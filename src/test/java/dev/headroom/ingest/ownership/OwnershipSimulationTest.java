package dev.headroom.ingest.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.ownership.OwnershipCommand.AwaitCheckpoint;
import dev.headroom.ingest.ownership.OwnershipCommand.FoldLost;
import dev.headroom.ingest.ownership.OwnershipCommand.FoldRevoked;
import dev.headroom.ingest.ownership.OwnershipCommand.Rejoin;
import dev.headroom.ingest.ownership.OwnershipCommand.RewindSummaries;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ingest.ownership.OwnershipEvent.CheckpointEnded;
import dev.headroom.ingest.ownership.OwnershipEvent.JobsRestored;
import dev.headroom.ingest.ownership.OwnershipEvent.PartitionsRevoked;
import dev.headroom.ingest.ownership.OwnershipEvent.PositionKnown;
import dev.headroom.ingest.ownership.OwnershipEvent.SamplesFolded;
import dev.headroom.ingest.ownership.PartitionOwnership.Step;
import dev.headroom.ingest.ownership.PartitionState.Owned;
import dev.headroom.ledger.state.SampleOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Replicas share a topic of samples while everything goes wrong that can, as a seed has it. In the
/// end each sample of the topic is counted once, by one replica.
///
/// `-Dheadroom.seed=N -Dheadroom.simulations=1` has one run again.
class OwnershipSimulationTest {

  private static final long SEED = Long.getLong("headroom.seed", 1);
  private static final int RUNS = Integer.getInteger("headroom.simulations", 3000);
  private static final int ACTIONS = 300;

  /// A fault in the machine that a run has to find.
  enum PlantedFault implements SimulatedReplica.Machine {
    SUMMARIES_ARE_NOT_READ_AGAIN {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        return without(ownership.after(event), RewindSummaries.class::isInstance);
      }
    },
    SUMMARIES_ARE_NOT_WAITED_FOR {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        return ownership.after(
            event instanceof PositionKnown known
                ? new PositionKnown(known.partition(), known.position(), known.end(), Map.of())
                : event);
      }
    },
    A_FAILED_CHECKPOINT_COUNTS_AS_WRITTEN {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        return ownership.after(
            event instanceof CheckpointEnded ? new CheckpointEnded(true) : event);
      }
    },
    LOST_JOBS_ARE_KEPT {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        return each(
            ownership.after(event),
            command ->
                command instanceof FoldLost lost ? new FoldRevoked(lost.partitions()) : command);
      }
    },
    NO_CHECKPOINT_BEFORE_A_PARTITION_GOES {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        if (!(event instanceof PartitionsRevoked)) {
          return ownership.after(event);
        }
        Step step = ownership.after(event);
        boolean isWritten = step.commands().stream().anyMatch(WriteCheckpoint.class::isInstance);
        return isWritten ? step.next().after(new CheckpointEnded(true)) : step;
      }
    },
    RESTORED_SAMPLES_ARE_NOT_PASSED_OVER {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        return ownership.after(
            event instanceof JobsRestored restored
                ? new JobsRestored(restored.partition(), Map.of())
                : event);
      }
    },
    A_SUMMARY_SAYS_THE_POSITION_AND_NOT_WHAT_IT_CONTAINS {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        return each(
            ownership.after(event),
            command -> {
              if (!(command instanceof WriteCheckpoint write)) {
                return command;
              }
              var bare = new HashMap<Integer, Owned>();
              write.owned().forEach((p, owned) -> bare.put(p, new Owned(owned.next(), Map.of())));
              return new WriteCheckpoint(write.topic(), bare, write.isAwaited());
            });
      }
    },
    OFFSETS_OF_AN_OLD_TOPIC_HOLD {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        if (!(event instanceof JobsRestored restored)) {
          return ownership.after(event);
        }
        var renamed = new HashMap<String, SampleOffset>();
        restored
            .offsets()
            .forEach(
                (job, offset) ->
                    renamed.put(job, new SampleOffset(ownership.topic(), offset.offset())));
        return ownership.after(new JobsRestored(restored.partition(), renamed));
      }
    },
    A_TOPIC_MADE_ANEW_IS_NOT_JOINED_ANEW {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        return without(ownership.after(event), Rejoin.class::isInstance);
      }
    },
    POSITIONS_OF_AN_OLD_TOPIC_ARE_COMMITTED {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        Step step = ownership.after(event);
        return each(
            step,
            command -> {
              if (!(command instanceof WriteCheckpoint write) || !step.next().isRejoining()) {
                return command;
              }
              var old = new HashMap<Integer, Owned>();
              ownership
                  .partitions()
                  .states()
                  .forEach(
                      (p, state) -> {
                        if (state instanceof Owned owned) {
                          old.put(p, owned);
                        }
                      });
              return new WriteCheckpoint(write.topic(), old, write.isAwaited());
            });
      }
    },
    ONE_SAMPLE_MORE_IS_COMMITTED {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        if (!(event instanceof SamplesFolded folded)) {
          return ownership.after(event);
        }
        var next = new HashMap<Integer, Long>();
        folded.next().forEach((partition, first) -> next.put(partition, first + 1));
        return ownership.after(new SamplesFolded(next));
      }
    },
    THE_LAST_SAMPLE_IS_NOT_COMMITTED {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        if (!(event instanceof SamplesFolded folded)) {
          return ownership.after(event);
        }
        var next = new HashMap<Integer, Long>();
        folded.next().forEach((partition, first) -> next.put(partition, Math.max(0, first - 1)));
        return ownership.after(new SamplesFolded(next));
      }
    },
    A_CHECKPOINT_UNDER_WAY_IS_NOT_AWAITED {
      @Override
      public Step after(PartitionOwnership ownership, OwnershipEvent event) {
        Step step = ownership.after(event);
        return step.commands().stream().anyMatch(AwaitCheckpoint.class::isInstance)
            ? new Step(step.next().after(new CheckpointEnded(true)).next(), List.of())
            : step;
      }
    };

    private static Step without(Step step, Predicate<OwnershipCommand> unwanted) {
      return new Step(
          step.next(), step.commands().stream().filter(Predicate.not(unwanted)).toList());
    }

    private static Step each(Step step, Function<OwnershipCommand, OwnershipCommand> changed) {
      return new Step(step.next(), step.commands().stream().map(changed).toList());
    }
  }

  /// What one run came to.
  ///
  /// @param problem what was counted twice or not at all; empty if all is well
  private record Outcome(int takenOver, Optional<String> problem) {}

  @Test
  void noSampleIsCountedTwiceAndNoneIsLost() {
    // Given
    System.out.printf("%d runs from seed %d%n", RUNS, SEED);
    int takenOver = 0;
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      // When
      Outcome outcome = run(seed, PartitionOwnership::after);

      // Then
      assertThat(outcome.problem()).as("seed %d", seed).isEmpty();
      takenOver += outcome.takenOver();
    }
    System.out.printf("partitions were taken over %d times%n", takenOver);
    assertThat(takenOver).isGreaterThan(RUNS);
  }

  @ParameterizedTest
  @EnumSource
  void aPlantedFaultIsFound(PlantedFault fault) {
    // When
    for (long seed = SEED; seed < SEED + 3000; seed++) {
      Optional<String> problem = run(seed, fault).problem();
      if (problem.isPresent()) {
        System.out.printf("%s: seed %d: %s%n", fault, seed, problem.orElseThrow());
        return;
      }
    }

    // Then
    throw new AssertionError(fault + " was not found");
  }

  private static Outcome run(long seed, SimulatedReplica.Machine machine) {
    var random = new Random(seed);
    var kafka = new SimulatedKafka(random);
    var replicas = new ArrayList<SimulatedReplica>();
    int takenOver = 0;
    try {
      for (int i = 0; i < 2 + random.nextInt(2); i++) {
        replicas.add(new SimulatedReplica(kafka, machine, random));
      }
      kafka.rebalance(replicas);
      for (int action = 0; action < ACTIONS; action++) {
        act(random, kafka, machine, replicas);
      }
      settle(kafka, replicas);
    } catch (SimulatedReplica.CountedTwiceException e) {
      return new Outcome(0, Optional.of(String.valueOf(e.getMessage())));
    }
    for (SimulatedReplica replica : replicas) {
      takenOver += replica.takenOver();
    }
    return new Outcome(takenOver, problem(kafka, replicas));
  }

  private static void act(
      Random random,
      SimulatedKafka kafka,
      SimulatedReplica.Machine machine,
      List<SimulatedReplica> replicas) {
    int which = random.nextInt(replicas.size());
    SimulatedReplica replica = replicas.get(which);
    int kind = random.nextInt(200);
    if (kind < 40) {
      kafka.produce();
    } else if (kind < 90) {
      replica.poll();
    } else if (kind < 130) {
      replica.readSummaries(random.nextInt(4));
    } else if (kind < 145) {
      replica.checkpointDue();
    } else if (kind < 180) {
      replica.write();
    } else if (kind < 184) {
      replica.topicSeen();
    } else if (kind < 189) {
      kafka.rebalance(replicas);
    } else if (kind < 192) {
      evict(kafka, replica, replicas);
      replica.evicted();
    } else if (kind < 194) {
      // It crashed. Another one is started.
      evict(kafka, replica, replicas);
      replicas.set(which, new SimulatedReplica(kafka, machine, random));
    } else if (kind < 196) {
      replica.consumerFails();
    } else if (kind < 198) {
      kafka.forgetOffset();
    } else if (kind < 199) {
      kafka.createAnew();
    } else {
      kafka.endForsaken(transactions(replicas));
    }
  }

  private static void evict(
      SimulatedKafka kafka, SimulatedReplica replica, List<SimulatedReplica> replicas) {
    var others = new ArrayList<>(replicas);
    others.remove(replica);
    kafka.evict(replica, others);
  }

  private static Set<SimulatedKafka.Transaction> transactions(List<SimulatedReplica> replicas) {
    var all = new HashSet<SimulatedKafka.Transaction>();
    replicas.stream().map(SimulatedReplica::transaction).filter(Objects::nonNull).forEach(all::add);
    return all;
  }

  /// Nothing goes wrong any more, for long enough.
  private static void settle(SimulatedKafka kafka, List<SimulatedReplica> replicas) {
    for (int round = 0; round < 120; round++) {
      kafka.endForsaken(transactions(replicas));
      for (SimulatedReplica replica : replicas) {
        replica.topicSeen();
        replica.poll();
        replica.write();
        replica.readSummaries(100);
      }
    }
  }

  private static Optional<String> problem(SimulatedKafka kafka, List<SimulatedReplica> replicas) {
    for (int partition = 0; partition < SimulatedKafka.PARTITIONS; partition++) {
      int number = partition;
      List<SimulatedReplica> owners =
          replicas.stream().filter(replica -> replica.owned().contains(number)).toList();
      if (owners.size() != 1) {
        return Optional.of("partition %d has %d owners".formatted(partition, owners.size()));
      }
      for (SimulatedKafka.Sample sample : kafka.samples(partition)) {
        if (!owners.getFirst().counted(sample.job()).contains(sample.number())) {
          return Optional.of(sample + " was not counted");
        }
      }
    }
    return Optional.empty();
  }
}
