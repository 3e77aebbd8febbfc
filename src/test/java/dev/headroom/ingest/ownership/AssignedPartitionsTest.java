package dev.headroom.ingest.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.ownership.PartitionState.Assigned;
import dev.headroom.ingest.ownership.PartitionState.Leaving;
import dev.headroom.ingest.ownership.PartitionState.Lost;
import dev.headroom.ingest.ownership.PartitionState.Owned;
import dev.headroom.ingest.ownership.PartitionState.Released;
import dev.headroom.ingest.ownership.PartitionState.WaitingForSummaries;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// One partition in each state.
class AssignedPartitionsTest {

  private static final Owned OWNED = new Owned(5, Map.of("a", 9L));
  private static final Owned LAST = new Owned(6, Map.of());

  private static final AssignedPartitions ALL =
      new AssignedPartitions(
          Map.of(
              0, new Assigned(),
              1, new WaitingForSummaries(1, 2, Map.of()),
              2, OWNED,
              3, new Leaving(LAST),
              4, new Released(),
              5, new Lost()));

  @Test
  void partitionsAreFoundByWhatTheyAre() {
    assertThat(ALL.owned()).containsExactly(2, 3);
    assertThat(ALL.waiting()).containsExactly(0, 1);
    assertThat(ALL.leaving()).containsExactly(3);
    assertThat(ALL.committable()).containsOnly(Map.entry(2, OWNED), Map.entry(3, LAST));
    assertThat(ALL.get(2)).isEqualTo(OWNED);
    assertThat(ALL.get(9)).isNull();
    assertThat(AssignedPartitions.NONE.owned()).isEmpty();
  }

  @Test
  void onlyWhatIsOwnedIsFolded() {
    // When
    AssignedPartitions folded = ALL.folded(Map.of(1, 8L, 2, 9L, 3, 8L, 7, 8L));

    // Then
    assertThat(folded.get(2)).isEqualTo(new Owned(9, Map.of()));
    assertThat(folded.get(1)).isEqualTo(ALL.get(1));
    assertThat(folded.get(3)).isEqualTo(ALL.get(3));
    assertThat(folded.get(7)).isNull();
    assertThat(ALL.get(2)).as("the old one stays").isEqualTo(OWNED);
  }

  @Test
  void whatIsRevokedLeavesOrIsReleased() {
    // When
    AssignedPartitions revoked = ALL.revoked(Set.of(0, 2));

    // Then
    assertThat(revoked.get(0)).isEqualTo(new Released());
    assertThat(revoked.get(2)).isEqualTo(new Leaving(OWNED));
    assertThat(revoked.get(1)).isEqualTo(ALL.get(1));
  }

  @Test
  void allLeaveThatAreOwnedAndTheRestIsForgotten() {
    assertThat(ALL.allLeaving().states())
        .containsOnly(Map.entry(2, new Leaving(OWNED)), Map.entry(3, new Leaving(LAST)));
  }

  @Test
  void aStateIsGivenToSomeOnly() {
    // When
    AssignedPartitions changed = ALL.with(Set.of(2, 8), new Lost());

    // Then
    assertThat(changed.get(2)).isEqualTo(new Lost());
    assertThat(changed.get(8)).isEqualTo(new Lost());
    assertThat(changed.get(0)).isEqualTo(new Assigned());
  }
}
