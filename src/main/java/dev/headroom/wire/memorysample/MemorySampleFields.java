package dev.headroom.wire.memorysample;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of one memory sample as they come, in whatever order.
final class MemorySampleFields {

  /// Takes the place of the fields from the job to the namespace.
  MemorySample.@Nullable Subject subject;

  boolean schema;
  @Nullable String job;

  /// Where in the message the job's name begins and ends, as far as the fast reader knows.
  int jobStart;

  int jobEnd;

  @Nullable String run;
  @Nullable Integer rank;
  @Nullable String host;
  @Nullable Long pid;
  @Nullable String gpu;
  @Nullable String owner;
  @Nullable String team;
  @Nullable String namespace;
  @Nullable Instant time;
  @Nullable SampleSource source;
  @Nullable JobPhase phase;
  @Nullable Long step;
  @Nullable MemorySize processUsed;
  @Nullable MemorySize deviceUsed;
  @Nullable MemorySize deviceTotal;
  @Nullable MemorySize allocated;
  @Nullable MemorySize reserved;
  Map<Category, MemorySize> categories = Map.of();
  @Nullable RunOutcome outcome;

  /// @throws IllegalArgumentException if one is out of its bounds
  MemorySample sample() throws MalformedException {
    if (!schema) {
      throw MessageReader.missing("schema");
    }
    MemorySample.Subject whose = subject == null ? subject() : subject;
    if (time == null) {
      throw MessageReader.missing("time");
    }
    return new MemorySample(
        whose,
        time,
        source,
        phase,
        step,
        new MemorySample.Sizes(processUsed, deviceUsed, deviceTotal, allocated, reserved),
        categories,
        outcome);
  }

  /// Whether there is a whole subject so far, and nothing else.
  boolean isSubject() {
    return schema
        && job != null
        && gpu != null
        && time == null
        && source == null
        && phase == null
        && step == null
        && processUsed == null
        && deviceUsed == null
        && deviceTotal == null
        && allocated == null
        && reserved == null
        && categories.isEmpty()
        && outcome == null;
  }

  /// @throws IllegalArgumentException if one of its parts is out of its bounds
  MemorySample.Subject subject() throws MalformedException {
    if (job == null) {
      throw MessageReader.missing("job");
    }
    if (gpu == null) {
      throw MessageReader.missing("gpu");
    }
    return new MemorySample.Subject(
        job, run, rank, host, pid, gpu, Ownership.of(owner, team, namespace));
  }
}
