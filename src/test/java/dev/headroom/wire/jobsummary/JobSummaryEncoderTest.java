package dev.headroom.wire.jobsummary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JobSummaryEncoderTest {

  @Test
  void writesEveryField() {
    assertThat(again(JobSummaryDecoderTest.WHOLE)).isEqualTo(JobSummaryDecoderTest.WHOLE);
  }

  @Test
  void leavesOutWhatIsUnknown() {
    String bare =
        """
        {"schema":"headroom/job-summary/1","job":"j","partition":0,"offset":0,\
        "as_of":"2026-11-23T21:00:00Z","applied":0,"duplicate":0,"late":0,"skewed":0,"peak":{},\
        "placements":[{"gpu":"GPU-1","reserved_bytes":1,"peak":{}}]}""";
    assertThat(again(bare)).isEqualTo(bare);
  }

  @Test
  void aRunThatEndedKeepsTheOwnerThatItsConfigSaid() {
    // Given
    var cluster =
        new SnapshotBuilder().with(SnapshotBuilder.config("j", "m"), 0).with(sample(1).build(), 1);
    JobState goesOn = Objects.requireNonNull(cluster.snapshot().jobs().get("j"));
    cluster.with(sample(2).phase(JobPhase.ENDED).build(), 2);
    JobState ended = Objects.requireNonNull(cluster.snapshot().jobs().get("j"));

    // Then
    assertThat(ownerOf(goesOn)).isEmpty();
    assertThat(ownerOf(ended)).isEqualTo("alice@example.com");
  }

  @Test
  void writesThePredictedPeakOfAJobWithABudget() {
    // Given
    SnapshotBuilder cluster =
        new SnapshotBuilder().with(SnapshotBuilder.config("j", "m"), 0).with(sample(1).build(), 1);
    JobState job = Objects.requireNonNull(cluster.snapshot().jobs().get("j"));

    // Then
    assertThat(new String(encoded(job), UTF_8))
        .contains(
            """
            "predicted":{"allocated_bytes":2000,"reserved_bytes":2400,"device_bytes":2800}""");
  }

  private static MemorySample.Builder sample(long second) {
    return SnapshotBuilder.sample("j", "GPU-1", second).allocated(new MemorySize(1));
  }

  private static String ownerOf(JobState job) {
    String summary = new String(encoded(job), UTF_8);
    return new JobSummaryDecoderTest().read(summary).state().ownership().owner();
  }

  private static byte[] encoded(JobState job) {
    return JobSummaryEncoder.encode(job, new SampleOffset(null, 0), SnapshotBuilder.START);
  }

  private static String again(String json) {
    JobSummarized read = new JobSummaryDecoderTest().read(json);
    return new String(JobSummaryEncoder.encode(read.state(), read.offset(), read.asOf()), UTF_8);
  }
}
