package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SeededLog.TimedEvent;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.SampleOffset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Two replicas of a group that gives each partition to one of them at a time, with the last
/// owner's word: together they are one that has everything.
class LedgerReplicasTest {

  @ParameterizedTest
  @MethodSource("dev.headroom.ledger.SeededLog#seeds")
  void noTwoReplicasOwnAJobInAQuietGroupAndNothingIsLostOnTheWay(long seed) {
    // Given
    var random = new Random(seed);
    Snapshot alone = LedgerSimulationTest.owner(LedgerLimits.DEFAULT);
    Snapshot[] replicas = {
      LedgerSimulationTest.owner(LedgerLimits.DEFAULT), Snapshot.empty(LedgerLimits.DEFAULT)
    };
    int[] owner = new int[SeededLog.PARTITIONS];

    for (TimedEvent arrival : SeededLog.of(seed)) {
      if (!(arrival.event() instanceof MemorySampled)) {
        continue;
      }
      // When
      int of = owner[arrival.partition()];
      alone = next(alone, arrival);
      replicas[of] = next(replicas[of], arrival);
      replicas[1 - of] = SingleEvent.expired(replicas[1 - of], arrival.now());
      if (random.nextInt(50) == 0) {
        int moved = random.nextInt(SeededLog.PARTITIONS);
        move(replicas, owner[moved], moved, arrival.now(), random.nextBoolean());
        owner[moved] = 1 - owner[moved];
      }

      // Then
      List<String> first = owned(replicas[0]);
      first.retainAll(owned(replicas[1]));
      assertThat(first).isEmpty();
    }
    Map<String, String> together = ownedStates(replicas[0]);
    together.putAll(ownedStates(replicas[1]));
    assertThat(together).isEqualTo(ownedStates(alone));
  }

  private static Snapshot next(Snapshot snapshot, TimedEvent arrival) {
    Snapshot after =
        SingleEvent.fold(snapshot, arrival.event(), arrival.partition(), arrival.now()).snapshot();
    return SingleEvent.expired(after, arrival.now());
  }

  private static void move(
      Snapshot[] replicas, int from, int partition, Instant now, boolean inOrder) {
    var words = new ArrayList<JobSummarized>();
    replicas[from]
        .jobs()
        .forEach(
            job -> {
              if (job.partition() == partition) {
                words.add(new JobSummarized(job, now, new SampleOffset(null, 0)));
              }
            });
    Arrival departure =
        inOrder ? new Arrival.PartitionRevoked(partition) : new Arrival.PartitionLost(partition);
    replicas[from] = SingleEvent.fold(replicas[from], departure, now).snapshot();
    int to = 1 - from;
    for (JobSummarized word : words) {
      replicas[to] = SingleEvent.fold(replicas[to], word, partition, now).snapshot();
    }
    replicas[to] = SingleEvent.assigned(replicas[to], partition, now);
  }

  private static Map<String, String> ownedStates(Snapshot snapshot) {
    Map<String, String> states = LedgerSimulationTest.states(snapshot);
    List<String> owned = owned(snapshot);
    states.keySet().removeIf(name -> !owned.contains(name.substring("job ".length())));
    return states;
  }

  private static List<String> owned(Snapshot snapshot) {
    var jobs = new ArrayList<String>();
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (snapshot.owns(job)) {
                jobs.add(job.job());
              }
            });
    return jobs;
  }
}
