package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.memory.MemorySize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  private static final JobState JOB =
      Objects.requireNonNull(
          new SnapshotBuilder()
              .with(SnapshotBuilder.sample("a", "GPU-1", 0).reserved(new MemorySize(1)).build(), 0)
              .snapshot()
              .jobs()
              .get("a"));

  @Test
  void eachSaysWhatItDidToTheLedger() {
    for (Verdict verdict : Verdict.values()) {
      assertThat(new Outcome.Judged(verdict).verdict()).isEqualTo(verdict);
    }
    assertThat(new Outcome.Refused(LimitKind.JOBS).verdict()).isEqualTo(Verdict.REJECTED);
    assertThat(new Outcome.Failed(new IllegalStateException()).verdict())
        .isEqualTo(Verdict.REJECTED);
    assertThat(new Outcome.JobEnded(JOB).verdict()).isEqualTo(Verdict.APPLIED);
    assertThat(new Outcome.Assigned(Map.of()).verdict()).isEqualTo(Verdict.APPLIED);
    assertThat(new Outcome.Expired(List.of(), List.of()).verdict()).isEqualTo(Verdict.APPLIED);
  }

  @Test
  void whatItTellsIsAsOfOneInstant() {
    // Given
    var offset = new SampleOffset("id", 7);
    var offsets = new HashMap<>(Map.of("a", offset));
    var forgotten = new ArrayList<>(List.of("b"));
    var ended = new ArrayList<>(List.of(JOB));
    var assigned = new Outcome.Assigned(offsets);
    var expired = new Outcome.Expired(forgotten, ended);

    // When
    offsets.clear();
    forgotten.clear();
    ended.clear();

    // Then
    assertThat(assigned.offsets()).containsExactly(Map.entry("a", offset));
    assertThat(expired.forgotten()).containsExactly("b");
    assertThat(expired.ended()).containsExactly(JOB);
  }
}
