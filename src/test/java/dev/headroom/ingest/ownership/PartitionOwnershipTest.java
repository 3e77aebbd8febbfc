package dev.headroom.ingest.ownership;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.headroom.ingest.ownership.OwnershipEvent.CheckpointDue;
import dev.headroom.ingest.ownership.OwnershipEvent.CheckpointEnded;
import dev.headroom.ingest.ownership.OwnershipEvent.ConsumerFailed;
import dev.headroom.ingest.ownership.OwnershipEvent.JobsRestored;
import dev.headroom.ingest.ownership.OwnershipEvent.PartitionsAssigned;
import dev.headroom.ingest.ownership.OwnershipEvent.PartitionsLost;
import dev.headroom.ingest.ownership.OwnershipEvent.PartitionsRevoked;
import dev.headroom.ingest.ownership.OwnershipEvent.PositionKnown;
import dev.headroom.ingest.ownership.OwnershipEvent.SamplesFolded;
import dev.headroom.ingest.ownership.OwnershipEvent.SummariesRead;
import dev.headroom.ingest.ownership.OwnershipEvent.TopicSeen;
import dev.headroom.ingest.ownership.PartitionOwnership.Step;
import dev.headroom.ingest.ownership.PartitionState.Owned;
import dev.headroom.ledger.state.SampleOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Each way from one state of a partition to the next, and what has to be done on it.
class PartitionOwnershipTest {

  private static final Set<Integer> BOTH = Set.of(0, 1);
  private PartitionOwnership ownership = PartitionOwnership.none();

  @Test
  void anAssignedPartitionIsPausedAndWaitsForItsSummaries() {
    // Given
    assertThat(on(new TopicSeen("a"))).isEmpty();

    // When, then
    assertThat(on(new PartitionsAssigned(BOTH))).containsExactly(new Pause(BOTH));
    assertThat(ownership.isMember()).isTrue();
    assertThat(on(new SummariesRead(Map.of(0, 9L), true)))
        .containsExactlyInAnyOrder(new AskPosition(0), new AskPosition(1));
    on(new PositionKnown(0, 100, 200, Map.of(0, 10L)));
    assertThat(on(new SummariesRead(Map.of(0, 9L), true))).containsExactly(new AskPosition(1));
    assertThat(on(new SummariesRead(Map.of(), true))).containsExactly(new AskPosition(1));
    assertThat(on(new SummariesRead(Map.of(0, 10L), false))).containsExactly(new AskPosition(1));
    assertThat(on(new SummariesRead(Map.of(0, 10L), true)))
        .containsExactlyInAnyOrder(new FoldAssigned(0), new AskPosition(1));
    assertThat(on(new JobsRestored(0, Map.of("job", new SampleOffset("a", 100)))))
        .containsExactly(new Resume(0, 100, 1));
    assertThat(ownership.partitions().owned()).containsExactly(0);
    assertThat(ownership.partitions().waiting()).containsExactly(1);
  }

  @Test
  void onlySamplesOfTheTopicAsItIsNowArePassedOver() {
    // When
    own(
        100,
        200,
        Map.of(
            "contained", new SampleOffset("a", 150),
            "committed", new SampleOffset("a", 100),
            "of an old topic", new SampleOffset("b", 150),
            "of an older monitor", new SampleOffset(null, 200),
            "of an older monitor and topic", new SampleOffset(null, 201)));

    // Then
    var owned = new Owned(100, Map.of("contained", 150L, "of an older monitor", 200L));
    assertThat(ownership.partitions().states()).containsOnly(Map.entry(0, owned));
    assertThat(owned.contains("contained", 149)).isTrue();
    assertThat(owned.contains("contained", 150)).isFalse();
    assertThat(owned.contains("another", 0)).isFalse();

    // When
    on(new SamplesFolded(Map.of(0, 160L, 1, 5L)));

    // Then what is behind is dropped, and a partition of another replica is none of ours
    assertThat(ownership.partitions().states())
        .containsOnly(Map.entry(0, new Owned(160, Map.of("of an older monitor", 200L))));
  }

  @Test
  void aSummaryIsOfWhatItContains() {
    // Given
    own(100, 200, Map.of("job", new SampleOffset("a", 150)));

    // When
    List<OwnershipCommand> commands = on(new CheckpointDue());

    // Then
    WriteCheckpoint write = (WriteCheckpoint) commands.getFirst();
    assertThat(write.topic()).isEqualTo("a");
    assertThat(write.isAwaited()).isFalse();
    assertThat(write.offset("job", 0)).isEqualTo(150);
    assertThat(write.offset("other", 0)).isEqualTo(100);
    assertThat(write.offset("elsewhere", 1)).isZero();
    assertThat(on(new CheckpointDue())).isEmpty();
    assertThat(on(new CheckpointEnded(true))).isEmpty();
    assertThat(on(new CheckpointDue())).hasSize(1);
  }

  @Test
  void aRevokedPartitionGoesOnceACheckpointIsWritten() {
    // Given
    own(100, 100, Map.of());
    on(new CheckpointDue());

    // When, then
    assertThat(on(new PartitionsRevoked(Set.of(0)))).containsExactly(new AwaitCheckpoint());
    on(new SamplesFolded(Map.of(0, 120L)));
    assertThat(on(new CheckpointEnded(false)))
        .containsExactly(new WriteCheckpoint("a", Map.of(0, new Owned(100, Map.of())), true));
    assertThat(on(new CheckpointEnded(true))).containsExactly(new FoldRevoked(Set.of(0)));
    assertThat(ownership.partitions().states())
        .containsOnly(Map.entry(0, new PartitionState.Released()));
  }

  @Test
  void aRevokedPartitionIsLostWhereNoCheckpointCanBeWritten() {
    // Given
    own(100, 100, Map.of());

    // When, then
    assertThat(on(new PartitionsRevoked(BOTH))).hasSize(1);
    assertThat(on(new CheckpointEnded(false)))
        .containsExactly(new FoldLost(Set.of(0)), new RewindSummaries());
    assertThat(ownership.partitions().states())
        .containsOnly(
            Map.entry(0, new PartitionState.Lost()), Map.entry(1, new PartitionState.Released()));
    assertThat(on(new PartitionsRevoked(BOTH))).isEmpty();
  }

  @Test
  void aLostPartitionIsReadAgain() {
    // Given
    own(100, 100, Map.of());
    on(new PartitionsAssigned(Set.of(1)));

    // When, then
    assertThat(on(new PartitionsLost(BOTH)))
        .containsExactly(new FoldLost(Set.of(0)), new RewindSummaries());
    assertThat(ownership.isMember()).isFalse();
    assertThat(on(new PartitionsAssigned(BOTH))).containsExactly(new Pause(BOTH));
    assertThat(on(new PartitionsLost(BOTH))).isEmpty();
  }

  @Test
  void theGroupIsJoinedAnewWhereTheTopicWasMadeAnew() {
    // Given
    own(100, 100, Map.of());

    // When, then
    assertThat(on(new TopicSeen("a"))).isEmpty();
    assertThat(on(new TopicSeen("b"))).containsExactly(new WriteCheckpoint("b", Map.of(), true));
    assertThat(on(new CheckpointEnded(false)))
        .containsExactly(new FoldRevoked(Set.of(0)), new Rejoin());
    assertThat(ownership.partitions().states()).isEmpty();
    assertThat(ownership.topic()).isEqualTo("b");

    // When nothing is owned, then nothing is written
    assertThat(on(new TopicSeen("c"))).containsExactly(new Rejoin());
  }

  @Test
  void whatAFailedConsumerOwnedIsLost() {
    // Given
    own(100, 100, Map.of());
    on(new CheckpointDue());

    // When, then
    assertThat(on(new ConsumerFailed()))
        .containsExactly(new FoldLost(Set.of(0)), new RewindSummaries());
    assertThat(ownership.partitions().states()).isEmpty();
    assertThat(on(new CheckpointDue())).as("one is under way still").isEmpty();
    assertThat(on(new CheckpointEnded(true))).isEmpty();
    assertThat(on(new ConsumerFailed())).isEmpty();
  }

  private void own(long position, long end, Map<String, SampleOffset> offsets) {
    on(new TopicSeen("a"));
    on(new PartitionsAssigned(Set.of(0)));
    on(new PositionKnown(0, position, end, Map.of()));
    on(new JobsRestored(0, offsets));
  }

  private List<OwnershipCommand> on(OwnershipEvent event) {
    Step step = ownership.after(event);
    ownership = step.next();
    return new ArrayList<>(step.commands());
  }
}
