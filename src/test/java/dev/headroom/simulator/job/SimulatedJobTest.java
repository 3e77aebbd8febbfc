package dev.headroom.simulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.sample.RunOutcome;
import dev.headroom.simulator.DemoJobs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedJobTest {

  /// Runs of 60 seconds, 20 apart, the first at 10.
  @ParameterizedTest
  @CsvSource({
    "0, 0, false", "9.9, 0, false", "10, 1, true", "69.9, 1, true", "70, 1, false",
    "89.9, 1, false", "90, 2, true", "149, 2, true", "151, 2, false", "170, 3, true"
  })
  void runsAgainAndAgain(double age, int run, boolean trains) {
    SimulatedJob job = job(60, 20);
    assertThat(job.run(age)).isEqualTo(run);
    assertThat(job.trains(age)).isEqualTo(trains);
  }

  @Test
  void oneWithoutAnEndHasOneRun() {
    SimulatedJob job = job(Double.POSITIVE_INFINITY, 20);
    assertThat(job.run(9)).isZero();
    assertThat(job.run(1e6)).isEqualTo(1);
    assertThat(job.trains(1e6)).isTrue();
    assertThat(job.intoRun(1e6)).isEqualTo(1e6 - 10);
  }

  @Test
  void holdsWhatItsCurveSays() {
    SimulatedJob job = job(60, 20);
    assertThat(job.intoRun(95)).isEqualTo(5);
    SimulatedRank rank = job.ranks().getFirst();
    assertThat(job.at(rank, 95)).isEqualTo(rank.curve().at(5));
    assertThat(job.last(rank)).isEqualTo(rank.curve().at(60));
    assertThat(rank.pid(3)).isEqualTo(rank.pid() + 3);
  }

  private static SimulatedJob job(double lasts, double pause) {
    SimulatedJob some = DemoJobs.first();
    return new SimulatedJob(
        "j", some.scenario(), some.ranks(), 10, lasts, pause, RunOutcome.FAILED);
  }
}
