package dev.headroom.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.calibration.drift.DriftCause;
import dev.headroom.calibration.drift.Explanation;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.SingleEvent;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// A job that holds what PyTorch holds with twice the batch (`drift/faults.csv`).
class DriftWatchTest {

  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");

  private final Calibrations calibrations =
      new Calibrations(GpuCatalogueReader.own(), new Predictions());
  private Snapshot ledger = Snapshot.empty(LedgerLimits.DEFAULT);

  @Test
  void namesTheDoubledBatchOnceForWhatIsHeld() throws IOException {
    // Given
    LayerConfig config = declared();
    fold(
        new Arrival.Received(
            new ConfigRegistered(
                new Registration(
                    config, calibrations.predictions().predict(config), "content", T0)),
            3));
    for (int second = 0; second < 40; second++) {
      fold(new Arrival.Received(new MemorySampled(sample(config, second)), 3));
    }
    fold(new Arrival.Calibrated(calibrations.outdated(ledger)));

    // When
    Map<String, Registration> explained = DriftWatch.explained(ledger, calibrations);
    fold(new Arrival.Calibrated(explained));

    // Then
    Registration told =
        Objects.requireNonNull(
            Objects.requireNonNull(ledger.jobs().get(config.job())).registration());
    assertThat(told.reasons().explanations())
        .first()
        .extracting(Explanation::cause, Explanation::words)
        .containsExactly(DriftCause.BATCH_SIZE, "batch 32 (declared 16)");
    assertThat(DriftWatch.explained(ledger, calibrations)).isEmpty();
  }

  private void fold(Arrival arrival) {
    ledger = SingleEvent.fold(ledger, arrival, T0.plusSeconds(40)).snapshot();
  }

  private static MemorySample sample(LayerConfig config, int second) {
    return MemorySample.builder(config.job(), "GPU-1", T0.plusSeconds(second))
        .run(config.run())
        .rank(0)
        .source(SampleSource.FRAMEWORK)
        .step(2L + second)
        .allocated(new MemorySize(3_007_641_600L))
        .reserved(new MemorySize(3_428_843_520L))
        .build();
  }

  private static LayerConfig declared() throws IOException {
    byte[] json =
        Files.readAllBytes(
            Path.of("src/test/resources/golden/networks/resnet50.layer-config.json"));
    return new WhatIf(16, null, "momentum", "training", null)
        .applied(LayerConfigDecoder.read(json));
  }
}
