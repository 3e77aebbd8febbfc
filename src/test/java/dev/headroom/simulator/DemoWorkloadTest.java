package dev.headroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.simulator.job.GoldenRun;
import dev.headroom.simulator.job.JobFault;
import dev.headroom.simulator.job.JobScenario;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoWorkloadTest {

  private static final long MIB = 1L << 20;

  @Test
  void theFirstJobsShowEachFault() {
    assertThat(DemoWorkload.ALL.subList(0, 5))
        .extracting(JobScenario::fault)
        .containsExactly(
            new JobFault.None(),
            new JobFault.Drift(0.2),
            new JobFault.Leak(4 * MIB),
            new JobFault.OverReserve(2.5),
            new JobFault.Leak(64 * MIB));
    assertThat(DemoWorkload.ALL.subList(5, DemoWorkload.ALL.size()))
        .filteredOn(scenario -> !scenario.fault().equals(new JobFault.None()))
        .allSatisfy(scenario -> assertThat(scenario.shows()).isNotEmpty());
  }

  @Test
  void everyJobHasANameAndARunThatWasMeasured() {
    List<JobScenario> all = DemoWorkload.ALL;
    assertThat(all).hasSize(20).extracting(JobScenario::name).doesNotHaveDuplicates();
    assertThat(all).allMatch(it -> GoldenRun.all().containsKey(it.network()));
  }

  @Test
  void twoJobsComeBack() {
    assertThat(DemoWorkload.ALL)
        .filteredOn(it -> it.lasts() != null)
        .extracting(it -> "%s %s %s".formatted(it.name(), it.lasts(), it.pause()))
        .contains("shufflenet-replaced PT1M30S PT10S", "resnet18-finishing PT1M PT2M");
  }
}
