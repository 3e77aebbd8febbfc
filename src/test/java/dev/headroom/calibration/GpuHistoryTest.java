package dev.headroom.calibration;

import static dev.headroom.calibration.SyntheticCluster.kind;
import static dev.headroom.calibration.SyntheticCluster.observation;
import static dev.headroom.calibration.SyntheticCluster.predicted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.setup.Framework;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What the jobs of one GPU model teach, by release and by network.
class GpuHistoryTest {

  private static final Framework OLDER = new Framework("pytorch", "1.13.1", "11.7");
  private static final JobKind OLD = new JobKind(SyntheticCluster.GPU, OLDER, "m");
  private static final JobKind NAMELESS = new JobKind(SyntheticCluster.GPU, Framework.UNKNOWN, "");

  @Test
  void jobsAreCountedByReleaseAndRunsByNetwork() {
    // Given
    Observation first = observation("a", kind("m"), Duration.ofHours(1), 4000, 5000);
    Observation second = observation("b", kind("m"), Duration.ofHours(2), 4000, 5000);
    Observation old = observation("c", OLD, Duration.ofHours(3), 4000, 5000);
    Observation bare = observation("d", NAMELESS, Duration.ofHours(4), 4000, 5000);

    // When
    GpuHistory history = history(List.of(first, second, old, bare));

    // Then
    assertThat(history.jobs()).isEqualTo(4);
    assertThat(history.jobsByRelease())
        .isEqualTo(Map.of("pytorch 2.15", 2, "pytorch 1.13", 1, "", 1));
    assertThat(history.byRelease()).containsOnlyKeys("pytorch 2.15", "pytorch 1.13");
    assertThat(history.byModel()).isEqualTo(Map.of("m", List.of(first, second, old)));
    assertThat(history.runs(OLD)).containsExactly(first, second, old);
    assertThat(history.runs(kind("other"))).isEmpty();
  }

  @Test
  void aReleaseHasALevelOfItsOwnOnceAJobOfItTaughtIt() {
    // Given
    GpuHistory history =
        history(List.of(observation("a", kind("m"), Duration.ofHours(1), 4000, 9000)));
    MeasuredSize device = MeasuredSize.DEVICE;
    Level all = history.level(NAMELESS, device);

    // Then
    assertThat(all.jobs()).isEqualTo(1);
    assertThat(history.level(kind("m"), device))
        .isSameAs(Objects.requireNonNull(history.byRelease().get("pytorch 2.15")).get(device));
    assertThat(history.level(OLD, device).forecast(predicted(4000), List.of()).p95())
        .isEqualTo(all.anotherRelease().forecast(predicted(4000), List.of()).p95())
        .isNotEqualTo(all.forecast(predicted(4000), List.of()).p95());
    assertThat(history.level(kind("m"), MeasuredSize.ALLOCATED).size())
        .isEqualTo(MeasuredSize.ALLOCATED);
    assertThat(history.forecast(kind("m"), predicted(4000), device).p50())
        .isEqualTo(
            history
                .level(kind("m"), device)
                .forecast(predicted(4000), history.runs(kind("m")))
                .p50());
  }

  @Test
  void theNewestFiveHundredAndTwelveJobsTeachALevel() {
    var observations = new ArrayList<Observation>();
    for (int i = 0; i < 513; i++) {
      observations.add(observation("job-" + i, kind("m-" + i), Duration.ofMinutes(i), 4000, 5000));
    }
    GpuHistory history = history(observations);
    assertThat(history.jobs()).isEqualTo(513);
    assertThat(history.byModel()).hasSize(513);
    assertThat(history.level(NAMELESS, MeasuredSize.DEVICE).jobs()).isEqualTo(512);
    assertThat(history.level(kind("m"), MeasuredSize.DEVICE).jobs()).isEqualTo(512);
  }

  private static GpuHistory history(List<Observation> observations) {
    return GpuHistory.of(SyntheticCluster.GPU, Prior.BUILT_IN, observations);
  }
}
