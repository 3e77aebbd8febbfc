package dev.headroom.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.api.job.EndedView;
import dev.headroom.api.job.HistoryView;
import dev.headroom.api.view.FleetView;
import dev.headroom.api.view.JobDetail;
import dev.headroom.api.view.JobView;
import java.io.IOException;
import org.jboss.jandex.Index;
import org.junit.jupiter.api.Test;

class AnswerFieldsTest {

  @Test
  void whatIsNeverNullIsAlwaysThere() throws IOException {
    var fields =
        new AnswerFields(
            Index.of(EndedView.class, HistoryView.class, FleetView.class, String.class));
    assertThat(fields.alwaysThere("EndedView"))
        .containsExactlyInAnyOrder("job", "outcome", "ended_at", "ranks");
    assertThat(fields.alwaysThere("HistoryView"))
        .containsExactlyInAnyOrder("job", "is_kept", "since", "is_short", "points", "events");
    assertThat(fields.alwaysThere("String")).isEmpty();
    assertThat(fields.alwaysThere("Nothing")).isEmpty();
  }

  @Test
  void whatIsUnwrappedIsAmongTheFields() throws IOException {
    var fields = new AnswerFields(Index.of(JobDetail.class, JobView.class));
    assertThat(fields.alwaysThere("JobDetail"))
        .containsAll(fields.alwaysThere("JobView"))
        .contains("state", "categories", "samples")
        .doesNotContain("listed", "outcome", "model");
  }
}
