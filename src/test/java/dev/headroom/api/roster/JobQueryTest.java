package dev.headroom.api.roster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.triage.Severity;
import dev.headroom.triage.Triage;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobQueryTest {

  @Test
  void whatIsAskedForIsReadWordByWord() {
    assertThat(JobQuery.of(null, null, null, null, null))
        .isEqualTo(new JobQuery(JobSort.SEVERITY, false, null, null, null, null));
    assertThat(JobQuery.of("-drift", "leaking", "warning", " A100 ", " x "))
        .isEqualTo(
            new JobQuery(JobSort.DRIFT, true, JobStatus.LEAKING, Severity.WARNING, "A100", "x"));
    assertThat(JobQuery.of("name", null, null, " ", "").search()).isNull();
    assertThat(JobQuery.of(null, null, null, null, "x".repeat(200)).search()).hasSize(200);
    refuses("odd", null, null, null, "sort unknown: odd");
    refuses(null, "odd", null, null, "state unknown: odd");
    refuses(null, null, "odd", null, "severity unknown: odd");
    refuses(null, null, null, "x".repeat(201), "gpu_model is longer than 200");
  }

  @Test
  void aJobIsTakenWhereAllThatIsAskedForIsSo() {
    assertThat(takes(null, null, null, null)).isTrue();
    assertThat(takes("starting", "notice", "a100", "JOB")).isTrue();
    assertThat(takes("leaking", null, null, null)).isFalse();
    assertThat(takes(null, "critical", null, null)).isFalse();
    assertThat(takes(null, null, "h100", null)).isFalse();
    for (String part : new String[] {"my-job", "RESNET", "gpu-07", "sxm4"}) {
      assertThat(takes(null, null, null, part)).as(part).isTrue();
    }
    assertThat(takes(null, null, null, "other")).isFalse();
  }

  private static void refuses(
      @Nullable String sort,
      @Nullable String state,
      @Nullable String severity,
      @Nullable String gpuModel,
      String why) {
    assertThatThrownBy(() -> JobQuery.of(sort, state, severity, gpuModel, null))
        .hasMessageStartingWith(why);
  }

  private static boolean takes(
      @Nullable String state,
      @Nullable String severity,
      @Nullable String gpuModel,
      @Nullable String search) {
    Snapshot snapshot =
        new SnapshotBuilder()
            .with(SnapshotBuilder.config("my-job", "resnet50"), 0)
            .with(SnapshotBuilder.gpu("GPU-1", 1, 100), 1)
            .with(
                SnapshotBuilder.sample("my-job", "GPU-1", 2)
                    .step(1L)
                    .allocated(new MemorySize(2400))
                    .build(),
                2)
            .snapshot();
    JobState job = Objects.requireNonNull(snapshot.jobs().get("my-job"));
    return JobQuery.of(null, state, severity, gpuModel, search)
        .takes(RosterEntry.of(job, Triage.of(job, snapshot, Set.of()), snapshot));
  }
}
