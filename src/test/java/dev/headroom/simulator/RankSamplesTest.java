package dev.headroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.Category;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.simulator.job.HeldMemory;
import dev.headroom.simulator.job.SimulatedJob;
import dev.headroom.simulator.job.SimulatedRank;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RankSamplesTest {

  private static final Instant TIME = Instant.parse("2026-11-24T08:00:00Z");
  private static final int RUN = 3;

  private final SimulatedJob job =
      SimulatedCluster.of(20, 7, "").jobs().stream()
          .filter(each -> each.name().equals("gpt2-fsdp"))
          .findFirst()
          .orElseThrow();
  private final SimulatedRank rank = job.ranks().get(5);
  private final HeldMemory held = job.at(rank, 30);

  @Test
  void theReporterTellsWhatTheAllocatorHoldsAndWhatFor() {
    // When
    MemorySample sample = RankSamples.reported(job, rank, RUN, held, TIME);
    // Then
    isOfTheRank(sample);
    assertThat(sample.source()).isEqualTo(SampleSource.FRAMEWORK);
    assertThat(Objects.requireNonNull(sample.sizes().allocated()).bytes())
        .isEqualTo(held.allocated());
    assertThat(sample.categories())
        .containsOnlyKeys(
            Category.PARAMETERS, Category.GRADIENTS, Category.OPTIMIZER_STATE, Category.INPUT_DATA);
  }

  @Test
  void theAgentTellsWhatProcessAndDeviceUse() {
    // When
    MemorySample sample = RankSamples.seenByAgent(job, rank, RUN, held, 99, TIME);
    // Then
    isOfTheRank(sample);
    assertThat(sample.source()).isEqualTo(SampleSource.NVML);
    assertThat(Objects.requireNonNull(sample.sizes().processUsed()).bytes())
        .isEqualTo(held.process());
    assertThat(Objects.requireNonNull(sample.sizes().deviceUsed()).bytes()).isEqualTo(99);
  }

  @Test
  void theLastSampleTellsHowTheRunEnded() {
    // When
    MemorySample sample = RankSamples.ended(job, rank, RUN, held, RunOutcome.FAILED, TIME);
    // Then
    isOfTheRank(sample);
    assertThat(sample.phase()).isEqualTo(JobPhase.ENDED);
    assertThat(sample.outcome()).isEqualTo(RunOutcome.FAILED);
  }

  private void isOfTheRank(MemorySample sample) {
    assertThat(sample.job()).isEqualTo("gpt2-fsdp");
    assertThat(sample.run()).isEqualTo("3");
    assertThat(sample.rank()).isEqualTo(5);
    assertThat(sample.gpu()).isEqualTo(rank.gpu().uuid());
    assertThat(sample.pid()).isEqualTo(rank.pid() + RUN);
    assertThat(sample.time()).isEqualTo(TIME);
  }
}
