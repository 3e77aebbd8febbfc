package dev.headroom.wire.jobsummary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.event.JobForgotten;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.LastSampleTimes;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.RunOutcome;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.GoldenMessages;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JobSummaryDecoderTest {

  static final String WHOLE =
      """
      {"schema":"headroom/job-summary/1","job":"j","run":"2","owner":"alice","team":"vision","namespace":"team-a","partition":3,\
      "topic_id":"aB3","offset":17,"as_of":"2026-11-23T21:00:00Z","content":"ab","began":"2026-11-23T20:00:00Z",\
      "first_sample":"2026-11-23T20:00:01Z","last_sample":"2026-11-23T20:59:59Z",\
      "ended_at":"2026-11-23T21:00:00Z","outcome":"completed","applied":5,"duplicate":1,"late":2,\
      "skewed":4,"peak":{"allocated_bytes":1,"reserved_bytes":2,"process_used_bytes":3},\
      "repeated_peak":{"allocated_bytes":41,"reserved_bytes":42,"process_used_bytes":43},\
      "beside_bytes":44,"risen":"2026-11-23T20:30:00Z","past_runs":["1"],"placements":[{"rank":6,"gpu":"GPU-1","host":"h","pid":7,"nvml_at":11,\
      "cuda_at":12,"framework_at":13,"unnamed_at":14,"process_used_bytes":21,\
      "device_used_bytes":22,"device_total_bytes":23,"allocated_bytes":24,"reserved_bytes":25,\
      "categories":{"parameters":26},"phase":"ended","step":9,"outcome":"completed",\
      "peak":{"allocated_bytes":31,"reserved_bytes":32,"process_used_bytes":33},"contested":1}]}""";

  static Stream<GoldenMessages.Refused> refused() {
    return GoldenMessages.refused("job-summary");
  }

  private final JobSummaryDecoder decoder = new JobSummaryDecoder();

  @Test
  void readsEveryFieldOfTheJob() {
    JobSummarized summarized = read(WHOLE);
    JobState state = summarized.state();
    assertThat(summarized.offset()).isEqualTo(new SampleOffset("aB3", 17));
    assertThat(summarized.asOf()).isEqualTo("2026-11-23T21:00:00Z");
    assertThat(state.job()).isEqualTo("j");
    assertThat(state.run()).isEqualTo("2");
    assertThat(state.attributed()).isEqualTo(new Ownership("alice", "vision", "team-a"));
    assertThat(state.partition()).isEqualTo(3);
    assertThat(state.content()).isEqualTo("ab");
    assertThat(state.began()).isEqualTo("2026-11-23T20:00:00Z");
    assertThat(state.firstSample()).isEqualTo("2026-11-23T20:00:01Z");
    assertThat(state.lastSample()).isEqualTo("2026-11-23T20:59:59Z");
    assertThat(state.endedAt()).isEqualTo("2026-11-23T21:00:00Z");
    assertThat(state.tally()).isEqualTo(new VerdictCounts(5, 1, 2, 4));
    assertThat(state.peaks()).isEqualTo(peaks(1, 2, 3));
    assertThat(state.steps().repeated()).isEqualTo(peaks(41, 42, 43));
    assertThat(state.steps().beside()).isEqualTo(new MemorySize(44));
    assertThat(state.steps().risen()).isEqualTo("2026-11-23T20:30:00Z");
    assertThat(state.pastRuns()).containsExactly("1");
  }

  @Test
  void readsEveryFieldOfItsPlacements() {
    var sizes =
        new MemorySample.Sizes(
            new MemorySize(21),
            new MemorySize(22),
            new MemorySize(23),
            new MemorySize(24),
            new MemorySize(25));
    assertThat(read(WHOLE).state().placements())
        .containsExactly(
            new Placement(
                6,
                "GPU-1",
                "h",
                7L,
                new LastSampleTimes(11, 12, 13, 14),
                sizes,
                Map.of(Category.PARAMETERS, new MemorySize(26)),
                JobPhase.ENDED,
                9L,
                RunOutcome.COMPLETED,
                peaks(31, 32, 33),
                true,
                null,
                1));
  }

  @Test
  void refusesEachFieldThatIsMissing() {
    for (String field : List.of("schema", "job", "partition", "as_of", "gpu")) {
      assertThat(decode(WHOLE.replace('"' + field + '"', "\"other\"")))
          .isEqualTo(new Decoded.Malformed(field + " is missing"));
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void saysWhyItRefuses(GoldenMessages.Refused it) {
    assertThat(decoder.decode("resnet50-7f3a".getBytes(UTF_8), it.message().getBytes(UTF_8)))
        .satisfies(
            malformed ->
                assertThat(((Decoded.Malformed) malformed).reason())
                    .matches(reason -> reason.equals(it.reason()) || reason.startsWith("the key")));
  }

  @Test
  void aNullSaysThatTheJobIsNoLongerListed() {
    assertThat(decoder.decode("j".getBytes(UTF_8), null))
        .isEqualTo(new Decoded.Event(new JobForgotten("j")));
    assertThat(decoder.decode("k".getBytes(UTF_8), WHOLE.getBytes(UTF_8)))
        .isEqualTo(new Decoded.Malformed("the key is not the job j"));
  }

  JobSummarized read(String json) {
    return (JobSummarized) ((Decoded.Event) decode(json)).event();
  }

  private Decoded decode(String json) {
    return decoder.decode("j".getBytes(UTF_8), json.getBytes(UTF_8));
  }

  private static MemoryPeaks peaks(long allocated, long reserved, long process) {
    return new MemoryPeaks(
        new MemorySize(allocated), new MemorySize(reserved), new MemorySize(process));
  }
}
