package dev.headroom.ledger.lesson;

import dev.headroom.budget.Budget;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.SingleEvent;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.live.Calibrations;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A ResNet-50 on an A100, in a ledger of its own; sampled every ten seconds. It holds what is
/// predicted, and 2,000 MiB beyond its segments.
public final class SampledJob {

  public static final long MIB = 1L << 20;
  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");
  private static final long BEYOND = 2000 * MIB;
  private static final LayerConfig CONFIG = config();

  private final Calibrations calibrations;
  private final Budget budget;
  private Snapshot ledger = Snapshot.empty(LedgerLimits.DEFAULT);
  private int second;
  private long step = 2;

  /// @param calibrations predict what it holds
  public SampledJob(Calibrations calibrations) {
    this.calibrations = calibrations;
    this.budget = (Budget) calibrations.predictions().predict(CONFIG);
    fold(new Arrival.PartitionAssigned(0));
    fold(new ConfigRegistered(new Registration(CONFIG, budget, "content", T0)));
    fold(new DeviceSampled(device()));
  }

  public Snapshot ledger() {
    return ledger;
  }

  public JobState job() {
    return Objects.requireNonNull(ledger.jobs().get(CONFIG.job()));
  }

  /// The peak that is predicted of the allocator's blocks, bytes.
  public long allocated() {
    return budget.peak().allocated().bytes();
  }

  /// The same of its segments.
  public long reserved() {
    return budget.peak().reserved().bytes();
  }

  /// Takes no optimizer step.
  public SampledJob neverSteps() {
    step = 0;
    return this;
  }

  /// Goes on.
  ///
  /// @param more than predicted is allocated and reserved, bytes
  /// @param beside what others hold of its GPU, bytes
  public SampledJob goesOn(int seconds, long more, long beside) {
    for (int i = 0; i < seconds; i += 10, second += 10) {
      step = step == 0 ? 0 : step + 5;
      sampled(JobPhase.FORWARD, null, more, beside);
    }
    return this;
  }

  public SampledJob ends(RunOutcome outcome) {
    sampled(JobPhase.ENDED, outcome, 0, 0);
    return this;
  }

  private void sampled(JobPhase phase, @Nullable RunOutcome outcome, long more, long beside) {
    long process = reserved() + more + BEYOND;
    MemorySample sample =
        MemorySample.builder(CONFIG.job(), "GPU-1", T0.plusSeconds(second))
            .run(CONFIG.run())
            .rank(0)
            .host("h")
            .pid(4711L)
            .step(step)
            .phase(phase)
            .outcome(outcome)
            .allocated(new MemorySize(allocated() + more))
            .reserved(new MemorySize(reserved() + more))
            .processUsed(new MemorySize(process))
            .deviceUsed(new MemorySize(process + 500 * MIB + beside))
            .build();
    fold(new MemorySampled(sample));
  }

  private static DeviceSample device() {
    return new DeviceSample(
        "GPU-1",
        "h",
        T0,
        new MemorySize(40_960 * MIB),
        MemorySize.ZERO,
        0,
        "NVIDIA A100-SXM4-40GB",
        "580",
        null,
        null,
        null,
        List.<GpuProcess>of());
  }

  private void fold(JobEvent event) {
    fold(new Arrival.Received(event, 0));
    fold(new Arrival.Calibrated(calibrations.outdated(ledger)));
  }

  private void fold(Arrival arrival) {
    ledger = SingleEvent.fold(ledger, arrival, T0.plusSeconds(second)).snapshot();
  }

  private static LayerConfig config() {
    try {
      LayerConfig read =
          LayerConfigDecoder.read(
              Files.readAllBytes(
                  Path.of("src/main/resources/simulator/resnet50.layer-config.json")));
      return new LayerConfig(
          read.job(), "1", read.model(), read.framework(), read.setup(), read.description());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
