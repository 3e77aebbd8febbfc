package dev.headroom.sample;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The memory that one rank of a job held on one GPU at one instant. Null is unknown, never zero.
///
/// ```java
/// MemorySample sample =
///     MemorySample.builder("resnet50-7f3a", "GPU-3f0c", Instant.now())
///         .rank(0)
///         .source(SampleSource.FRAMEWORK)
///         .allocated(new MemorySize(2_801_795_072L))
///         .build();
/// ```
///
/// @param sizes at least one of them
/// @param categories what a reporter measured of each category; empty where nobody did
/// @param outcome only with [JobPhase#ENDED]
public record MemorySample(
    Subject subject,
    Instant time,
    @Nullable SampleSource source,
    @Nullable JobPhase phase,
    @Nullable Long step,
    Sizes sizes,
    Map<Category, MemorySize> categories,
    @Nullable RunOutcome outcome) {

  /// Whose memory a sample is of: what does not change from one sample of a rank to the next.
  ///
  /// @param run null where the sampler does not know it, as an agent does not
  /// @param rank null where the sampler does not know it; joined by GPU, host and process
  /// @param ownership whose job it is, where an agent found that
  public record Subject(
      String job,
      @Nullable String run,
      @Nullable Integer rank,
      @Nullable String host,
      @Nullable Long pid,
      String gpu,
      Ownership ownership) {

    public Subject {
      NameRules.requireJob(job);
      NameRules.requireRun(run);
      ValueRanges.requireRank(rank);
      NameRules.requireHost(host);
      ValueRanges.requirePid(pid);
      NameRules.requireGpu(gpu);
    }
  }

  /// The sizes of a sample, as people confuse them; what is null was not measured.
  ///
  /// @param processUsed what the driver charges to the process
  /// @param deviceUsed what the whole device holds, of whomever
  /// @param allocated the framework allocator's live blocks
  /// @param reserved the framework allocator's segments
  public record Sizes(
      @Nullable MemorySize processUsed,
      @Nullable MemorySize deviceUsed,
      @Nullable MemorySize deviceTotal,
      @Nullable MemorySize allocated,
      @Nullable MemorySize reserved) {

    public Sizes {
      ValueRanges.requireSize("process_used_bytes", processUsed);
      ValueRanges.requireSize("device_used_bytes", deviceUsed);
      ValueRanges.requireSize("device_total_bytes", deviceTotal);
      ValueRanges.requireSize("allocated_bytes", allocated);
      ValueRanges.requireSize("reserved_bytes", reserved);
    }

    private boolean isEmpty() {
      return processUsed == null
          && deviceUsed == null
          && deviceTotal == null
          && allocated == null
          && reserved == null;
    }
  }

  public MemorySample {
    ValueRanges.requireTime(time);
    ValueRanges.requireStep(step);
    if (sizes.isEmpty() && categories.isEmpty()) {
      throw new IllegalArgumentException("a sample without any size");
    }
    if (!categories.isEmpty()) {
      var copy = new EnumMap<>(categories);
      copy.forEach((category, size) -> ValueRanges.requireSize(category.wireName(), size));
      categories = Collections.unmodifiableMap(copy);
    }
    if (outcome != null && phase != JobPhase.ENDED) {
      throw new IllegalArgumentException("outcome without the phase ended: " + outcome.wireName());
    }
  }

  public String job() {
    return subject.job();
  }

  public @Nullable String run() {
    return subject.run();
  }

  public @Nullable Integer rank() {
    return subject.rank();
  }

  public @Nullable String host() {
    return subject.host();
  }

  public @Nullable Long pid() {
    return subject.pid();
  }

  public String gpu() {
    return subject.gpu();
  }

  public Ownership ownership() {
    return subject.ownership();
  }

  /// A sample to be filled in: everything else unknown.
  public static Builder builder(String job, String gpu, Instant time) {
    return new Builder(job, gpu, time);
  }

  /// Collects the parts of a sample; null takes one away again.
  public static final class Builder {

    private final String job;
    private final String gpu;
    private final Instant time;
    private @Nullable String run;
    private @Nullable Integer rank;
    private @Nullable String host;
    private @Nullable Long pid;
    private Ownership ownership = Ownership.UNKNOWN;
    private @Nullable SampleSource source;
    private @Nullable JobPhase phase;
    private @Nullable Long step;
    private @Nullable MemorySize processUsed;
    private @Nullable MemorySize deviceUsed;
    private @Nullable MemorySize deviceTotal;
    private @Nullable MemorySize allocated;
    private @Nullable MemorySize reserved;
    private Map<Category, MemorySize> categories = Map.of();
    private @Nullable RunOutcome outcome;

    private Builder(String job, String gpu, Instant time) {
      this.job = job;
      this.gpu = gpu;
      this.time = time;
    }

    public Builder run(@Nullable String run) {
      this.run = run;
      return this;
    }

    public Builder rank(@Nullable Integer rank) {
      this.rank = rank;
      return this;
    }

    public Builder host(@Nullable String host) {
      this.host = host;
      return this;
    }

    public Builder pid(@Nullable Long pid) {
      this.pid = pid;
      return this;
    }

    public Builder ownership(Ownership ownership) {
      this.ownership = ownership;
      return this;
    }

    public Builder source(@Nullable SampleSource source) {
      this.source = source;
      return this;
    }

    public Builder phase(@Nullable JobPhase phase) {
      this.phase = phase;
      return this;
    }

    public Builder step(@Nullable Long step) {
      this.step = step;
      return this;
    }

    public Builder processUsed(@Nullable MemorySize size) {
      this.processUsed = size;
      return this;
    }

    public Builder deviceUsed(@Nullable MemorySize size) {
      this.deviceUsed = size;
      return this;
    }

    public Builder deviceTotal(@Nullable MemorySize size) {
      this.deviceTotal = size;
      return this;
    }

    public Builder allocated(@Nullable MemorySize size) {
      this.allocated = size;
      return this;
    }

    public Builder reserved(@Nullable MemorySize size) {
      this.reserved = size;
      return this;
    }

    public Builder categories(Map<Category, MemorySize> sizes) {
      this.categories = sizes;
      return this;
    }

    public Builder outcome(@Nullable RunOutcome outcome) {
      this.outcome = outcome;
      return this;
    }

    /// The sample of what was filled in.
    ///
    /// @throws IllegalArgumentException naming the field and its value
    public MemorySample build() {
      return new MemorySample(
          new Subject(job, run, rank, host, pid, gpu, ownership),
          time,
          source,
          phase,
          step,
          new Sizes(processUsed, deviceUsed, deviceTotal, allocated, reserved),
          categories,
          outcome);
    }
  }
}
