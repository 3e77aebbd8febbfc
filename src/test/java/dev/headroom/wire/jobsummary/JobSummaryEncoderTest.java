package dev.headroom.wire.jobsummary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.event.JobSummarized;
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

  private static String again(String json) {
    JobSummarized read = new JobSummaryDecoderTest().read(json);
    return new String(JobSummaryEncoder.encode(read.state(), read.offset(), read.asOf()), UTF_8);
  }
}
