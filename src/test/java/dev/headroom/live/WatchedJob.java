package dev.headroom.live;

import dev.headroom.calibration.drift.Explanation;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.condition.JobCondition;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.lesson.Lesson;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.simulator.job.SimulatedGpuModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// A job that trains alone on a GPU. Its reporter and its node's agent speak once a step;
/// what they say is folded and judged as in the monitor.
///
/// What the process holds beyond its allocator's segments is given; no prediction knows it.
final class WatchedJob {

  private static final Instant START = Instant.parse("2026-11-23T21:00:00Z");
  private static final Duration STEP = Duration.ofSeconds(5);
  private static final int PARTITION = 3;
  private static final int PID = 4711;

  private final Calibrations calibrations;
  private final LayerConfig config;
  private final String gpuModel;
  private final long gpuTotal;
  private final long rest;

  /// What another process on the GPU holds, in bytes.
  private final long stranger;

  private Snapshot ledger;
  private Instant now = START;
  private long step;
  private MemorySize held = MemorySize.ZERO;

  /// @param name of the job
  /// @param network its layer config, whatever job that names
  /// @param rest beyond the allocator's segments, in bytes
  /// @param stranger what a process that is nobody's holds on the GPU, in bytes; 0 for none
  WatchedJob(
      Calibrations calibrations,
      String name,
      LayerConfig network,
      SimulatedGpuModel gpu,
      long rest,
      long stranger) {
    this(calibrations, name, network, gpu.product(), gpu.total(), rest, stranger);
  }

  /// @param gpuModel as the driver names it
  /// @param gpuTotal bytes
  WatchedJob(
      Calibrations calibrations,
      String name,
      LayerConfig network,
      String gpuModel,
      long gpuTotal,
      long rest,
      long stranger) {
    this.calibrations = calibrations;
    this.config =
        new LayerConfig(
            name,
            "1",
            network.model(),
            network.framework(),
            network.setup(),
            network.description());
    this.gpuModel = gpuModel;
    this.gpuTotal = gpuTotal;
    this.rest = rest;
    this.stranger = stranger;
    this.ledger =
        Ledger.fold(
                Snapshot.empty(LedgerLimits.DEFAULT),
                List.of(new Arrival.PartitionAssigned(PARTITION)),
                now)
            .snapshot();
    var registration =
        new Registration(config, calibrations.predictions().predict(config), "content", now);
    fold(new ConfigRegistered(registration));
  }

  /// One more step, and its most.
  ///
  /// @param allocated bytes
  /// @param reserved bytes
  void trains(long allocated, long reserved) {
    now = now.plus(STEP);
    held = new MemorySize(allocated);
    fold(
        new MemorySampled(
            sample(SampleSource.FRAMEWORK)
                .phase(JobPhase.BACKWARD)
                .step(step++)
                .allocated(held)
                .reserved(new MemorySize(reserved))
                .build()));
    long process = reserved + rest;
    long used = process + stranger;
    fold(
        new MemorySampled(
            sample(SampleSource.NVML)
                .processUsed(new MemorySize(process))
                .deviceUsed(new MemorySize(used))
                .deviceTotal(new MemorySize(gpuTotal))
                .build()));
    fold(new DeviceSampled(device(process, used)));
    ledger =
        Ledger.fold(ledger, List.of(new Arrival.Calibrated(calibrations.outdated(ledger))), now)
            .snapshot();
  }

  /// It ends as it should.
  ///
  /// @return what it teaches
  Optional<Lesson> completes() {
    now = now.plus(STEP);
    fold(
        new MemorySampled(
            sample(SampleSource.FRAMEWORK)
                .phase(JobPhase.ENDED)
                .outcome(RunOutcome.COMPLETED)
                .step(step)
                .allocated(held)
                .build()));
    return Lesson.of(job(), ledger);
  }

  JobCondition condition() {
    return ledger.condition(job());
  }

  /// Why it drifts, the likeliest first; empty where it does not.
  List<Explanation> reasons() {
    var explained = new Arrival.Calibrated(DriftWatch.explained(ledger, calibrations));
    ledger = Ledger.fold(ledger, List.of(explained), now).snapshot();
    return Objects.requireNonNull(job().registration()).reasons().explanations();
  }

  private JobState job() {
    return Objects.requireNonNull(ledger.jobs().get(config.job()));
  }

  private void fold(JobEvent event) {
    ledger = Ledger.fold(ledger, List.of(new Arrival.Received(event, PARTITION)), now).snapshot();
  }

  private MemorySample.Builder sample(SampleSource source) {
    return MemorySample.builder(config.job(), "GPU-1", now)
        .run(config.run())
        .rank(0)
        .host("node-1")
        .pid((long) PID)
        .source(source);
  }

  private DeviceSample device(long process, long used) {
    var processes = new ArrayList<GpuProcess>();
    processes.add(new GpuProcess(PID, new MemorySize(process), config.job(), 0));
    if (stranger > 0) {
      processes.add(new GpuProcess(PID + 1, new MemorySize(stranger), null, null));
    }
    long free = gpuTotal - SimulatedGpuModel.DRIVER_RESERVED - used;
    return new DeviceSample(
        "GPU-1",
        "node-1",
        now,
        new MemorySize(gpuTotal),
        new MemorySize(used),
        0,
        gpuModel,
        "580.95.05",
        null,
        new MemorySize(SimulatedGpuModel.DRIVER_RESERVED),
        new MemorySize(free),
        processes);
  }
}
