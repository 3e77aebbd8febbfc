package dev.headroom.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.api.job.StepView.Moment;
import dev.headroom.budget.Budget;
import dev.headroom.budget.MemoryTimeline.TimelinePoint;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.plan.GoldenConfigs;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepViewTest {

  private static final Budget BUDGET =
      (Budget) new Predictor(new KnownOverheads()).predict(GoldenConfigs.of("resnet18"));
  private static final List<TimelinePoint> ALL = BUDGET.timeline().moments();

  @Test
  void eachMomentIsTold() {
    StepView view = StepView.of("a", BUDGET, ALL.size());
    assertThat(view.total()).isEqualTo(ALL.size());
    assertThat(view.categories()).hasSize(7).startsWith("parameters").endsWith("other");
    assertThat(view.moments()).hasSize(ALL.size());
    for (int i = 0; i < ALL.size(); i++) {
      TimelinePoint point = ALL.get(i);
      assertThat(view.moments().get(i))
          .isEqualTo(
              new Moment(
                  point.phase().wireName(),
                  point.layer(),
                  point.bytes(),
                  point.allocated(),
                  point.reserved()));
    }
    assertThat(live(view.moments().get(view.peak()))).isEqualTo(highest());
  }

  @Test
  void whereThereAreMoreThanAskedForEachIsTheLargestOfSeveral() {
    int most = ALL.size() / 3;
    StepView view = StepView.of("a", BUDGET, most);
    assertThat(view.moments()).hasSizeBetween(most / 2, most);
    assertThat(view.total()).isEqualTo(ALL.size());
    assertThat(live(view.moments().get(view.peak()))).isEqualTo(highest());
    int every = Math.ceilDiv(ALL.size(), most);
    assertThat(view.moments()).hasSize(Math.ceilDiv(ALL.size(), every));
    for (int i = 0; i < view.moments().size(); i++) {
      assertThat(live(view.moments().get(i)))
          .isEqualTo(
              ALL.subList(i * every, Math.min(ALL.size(), (i + 1) * every)).stream()
                  .mapToLong(StepViewTest::live)
                  .max()
                  .orElseThrow());
    }
  }

  private static long highest() {
    return ALL.stream().map(StepViewTest::live).max(Comparator.naturalOrder()).orElseThrow();
  }

  private static long live(TimelinePoint point) {
    return point.bytes().stream().mapToLong(Long::longValue).sum();
  }

  private static long live(Moment moment) {
    return moment.bytes().stream().mapToLong(Long::longValue).sum();
  }
}
