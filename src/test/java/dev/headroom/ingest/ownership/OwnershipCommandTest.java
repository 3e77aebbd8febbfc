package dev.headroom.ingest.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ingest.ownership.PartitionState.Owned;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Which offset a job's summary stands for.
class OwnershipCommandTest {

  @Test
  void aSummaryContainsWhatIsFoldedAndWhatItWasRestoredFrom() {
    var checkpoint = new WriteCheckpoint("id", Map.of(3, new Owned(10, Map.of("a", 15L))), false);
    assertThat(checkpoint.offset("a", 3)).isEqualTo(15);
    assertThat(checkpoint.offset("b", 3)).isEqualTo(10);
    assertThat(checkpoint.offset("a", 4)).as("of a partition that is not ours").isZero();
    assertThat(
            new WriteCheckpoint("id", Map.of(3, new Owned(20, Map.of("a", 15L))), false)
                .offset("a", 3))
        .isEqualTo(20);
  }

  @Test
  void whatIsCommittedIsAsOfThatInstant() {
    // Given
    var owned = new HashMap<Integer, Owned>();
    owned.put(1, new Owned(1, Map.of()));
    var checkpoint = new WriteCheckpoint(null, owned, true);

    // When
    owned.clear();

    // Then
    assertThat(checkpoint.owned()).containsOnlyKeys(1);
  }
}
