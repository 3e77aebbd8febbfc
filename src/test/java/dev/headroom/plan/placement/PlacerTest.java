package dev.headroom.plan.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.placement.Placer.Attempt;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlacerTest {

  private static final long SEED = 20_261_126;

  @ParameterizedTest
  @EnumSource
  void everyRulePlacesSoundlyAndCountsWhatIsLeft(PlacementRule rule) {
    for (int i = 0; i < 40; i++) {
      // Given
      var clusters = new RandomClusters(SEED + i);
      Fleet fleet = clusters.fleet(1 + i % 12);
      List<Workload> jobs = clusters.jobs(1 + i % 30, fleet);
      // When
      Attempt attempt = Placer.attempt(fleet, jobs, rule);
      Attempt shuffled = Placer.shuffled(fleet, jobs, rule, i);
      // Then
      FleetPlannerTest.assertSound(plan(attempt), fleet, jobs);
      FleetPlannerTest.assertSound(plan(shuffled), fleet, jobs);
      assertThat(Placer.shuffled(fleet, jobs, rule, i)).isEqualTo(shuffled);
      int wanted = jobs.stream().mapToInt(job -> job.job().replicas()).sum();
      assertThat(attempt.placed().size() + attempt.leftOver()).isEqualTo(wanted);
    }
  }

  private static FleetPlan plan(Attempt attempt) {
    var left = new ArrayList<LeftOver>();
    attempt.left().forEach((workload, runs) -> left.add(new LeftOver(workload, runs, "left")));
    return new FleetPlan(
        attempt.placed(), left, attempt.gpus(), new FleetPlan.Baseline(0, 0), 0, attempt.price());
  }
}
