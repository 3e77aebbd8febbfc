package dev.headroom.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.api.RightsizingResource.MisfitView;
import dev.headroom.api.RightsizingResource.PoolView;
import dev.headroom.api.RightsizingResource.RightsizingAnswer;
import dev.headroom.api.RightsizingResource.RiskView;
import dev.headroom.api.RightsizingResource.SmallerView;
import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.fit.OverheadSpread;
import dev.headroom.plan.live.FleetTotals;
import dev.headroom.plan.live.LiveFleet;
import dev.headroom.plan.live.Misfits;
import dev.headroom.plan.live.Rightsizing;
import dev.headroom.sample.DeviceSample;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Three cards of 6 GiB and one of 40: two jobs that will not survive, two that would fit on less.
class RightsizingResourceTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final Budget VGG =
      (Budget) new Predictor(new KnownOverheads()).predict(GoldenConfigs.of("vgg16"));

  private final Calibrations calibrations = new Calibrations(GPUS, new Predictions());
  private final SnapshotBuilder ledger = ledger();
  private final RightsizingResource resource =
      new RightsizingResource(new LedgerKeeper(ledger.snapshot()), GPUS, calibrations);

  @Test
  void eachFigureIsThatOfTheFleet() {
    // Given
    var fleet = new LiveFleet(ledger.snapshot(), GPUS, new OverheadSpread(calibrations::overhead));
    Rightsizing found = Rightsizing.of(fleet);

    // When
    RightsizingAnswer answer = resource.rightsizing(500);

    // Then
    assertThat(answer.at()).isEqualTo(ledger.snapshot().at());
    assertThat(answer.models())
        .containsExactlyElementsOf(
            FleetTotals.of(fleet, _ -> true, _ -> true).stream()
                .map(
                    it ->
                        new PoolView(
                            it.model(),
                            it.capacity(),
                            it.committed(),
                            it.measured(),
                            it.reclaimable(),
                            it.stranded(),
                            it.idle(),
                            it.used(),
                            it.overcommitted()))
                .toList());
    assertThat(answer.smaller())
        .hasSize(2)
        .containsExactlyElementsOf(
            found.smaller().stream()
                .map(
                    it ->
                        new SmallerView(
                            it.job(),
                            it.ranks(),
                            it.holds(),
                            it.suffices(),
                            it.needs().bytes(),
                            it.frees().bytes(),
                            it.gpus()))
                .toList());
    assertThat(answer.atRisk())
        .hasSize(2)
        .containsExactlyElementsOf(
            found.atRisk().stream()
                .map(
                    it ->
                        new RiskView(
                            it.job(),
                            it.ranks(),
                            it.on(),
                            it.has().bytes(),
                            it.needs().bytes(),
                            it.outOfMemory()))
                .toList());
    assertThat(answer.nowhere())
        .containsExactlyElementsOf(
            Misfits.of(fleet).stream()
                .map(
                    it ->
                        new MisfitView(
                            it.job(),
                            it.ranks(),
                            it.closest(),
                            it.has().bytes(),
                            it.needs().bytes(),
                            it.missing().bytes()))
                .toList());
  }

  @Test
  void asManyJobsAreListedAsAreAskedFor() {
    RightsizingAnswer one = resource.rightsizing(1);
    assertThat(one.smaller()).hasSize(1);
    assertThat(one.atRisk()).hasSize(1);
    assertThatThrownBy(() -> resource.rightsizing(5001)).hasMessage("limit is not 1 to 5000: 5001");
  }

  private static SnapshotBuilder ledger() {
    var ledger = new SnapshotBuilder();
    for (int i = 1; i <= 4; i++) {
      boolean isSmall = i < 3;
      ledger.with(
          new DeviceSampled(
              new DeviceSample(
                  "GPU-" + i,
                  "n",
                  SnapshotBuilder.START.plusSeconds(1),
                  MemorySize.ofMebibytes(isSmall ? 6144 : 40_960),
                  MemorySize.ofMebibytes(3000),
                  i,
                  isSmall ? "NVIDIA GeForce RTX 2060" : "NVIDIA A100-SXM4-40GB",
                  null,
                  null,
                  null,
                  null,
                  List.of())),
          1);
      ledger.with(SnapshotBuilder.config("job-" + i, "vgg16", VGG), 1);
      ledger.with(
          SnapshotBuilder.sample("job-" + i, "GPU-" + i, 2)
              .allocated(MemorySize.ofMebibytes(2000))
              .build(),
          2);
    }
    return ledger;
  }
}
