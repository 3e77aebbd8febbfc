package dev.headroom.api.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.api.roster.JobRoster;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.history.JobHistories;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.PredictionRecord.Group;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccuracyWatchTest {

  @Test
  void theErrorsOfEachGroupAreTold() {
    // Given
    var status = new IngestStatus();
    status.recordPrediction(new Group("device", "pytorch 2.15", "A100"), 0.01, true);
    status.recordPrediction(new Group("device", "pytorch 2.15", "A100"), 0.03, false);
    status.recordPrediction(new Group("reserved", "", ""), -0.3, true);
    var roster = new JobRoster(new SnapshotBuilder().snapshot());
    var bounds = HistoryBounds.of(1, 1);
    HeaderView header = HeaderView.of(roster, Optional.empty(), 0);

    // When
    var document =
        (AccuracyWatch.Document)
            new AccuracyWatch()
                .document(
                    new WatchSources(
                        header, roster, new JobHistories(bounds), new EndedRuns(bounds), status));

    // Then
    assertThat(document.header()).isSameAs(header);
    assertThat(document.models())
        .containsOnlyKeys("A100: device, pytorch 2.15", "GPU model unknown: reserved");
    AccuracyWatch.Errors errors =
        Objects.requireNonNull(document.models().get("A100: device, pytorch 2.15"));
    assertThat(errors.jobs()).isEqualTo(2);
    assertThat(errors.mean()).isCloseTo(0.02, within(1e-9));
    assertThat(errors.withinP95()).isEqualTo(1);
    assertThat(errors.counts()).hasSize(errors.bounds().size() + 1);
    assertThat(errors.counts().get(errors.bounds().indexOf(0.05))).isEqualTo(1);
  }
}
