package dev.headroom.ledger.state;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One rank of a job on one GPU: what it holds now, and held at most.
///
/// @param rank null while only an agent has seen it
/// @param latest the newest of each size, of whatever source
/// @param categories the newest a reporter measured; empty where nobody did
/// @param contested whether the same rank was seen at two places at a time
public record Placement(
    @Nullable Integer rank,
    String gpu,
    @Nullable String host,
    @Nullable Long pid,
    LastSampleTimes times,
    MemorySample.Sizes latest,
    Map<Category, MemorySize> categories,
    @Nullable JobPhase phase,
    @Nullable Long step,
    @Nullable RunOutcome outcome,
    MemoryPeaks peaks,
    boolean contested) {

  public static Placement of(MemorySample sample) {
    return new Placement(
        sample.rank(),
        sample.gpu(),
        sample.host(),
        sample.pid(),
        LastSampleTimes.NEVER,
        new MemorySample.Sizes(null, null, null, null, null),
        Map.of(),
        null,
        null,
        null,
        MemoryPeaks.NONE,
        false);
  }

  /// The placement after a sample that is newer than the last of its source.
  public Placement after(MemorySample sample, long nanos) {
    boolean another = pid != null && sample.pid() != null && !pid.equals(sample.pid());
    boolean named = sample.phase() != null || another;
    // An agent sees that a process ended, not how: the reporter's word on that stands.
    boolean endedAgain = !another && hasEnded() && sample.phase() == JobPhase.ENDED;
    return new Placement(
        rank == null ? sample.rank() : rank,
        // Equal strings: keep the old one, so that the next comparison is by identity.
        sample.gpu(),
        sample.host() == null ? host : sample.host(),
        sample.pid() == null ? pid : sample.pid(),
        times.with(sample.source(), nanos),
        merged(latest, sample.sizes()),
        sample.categories().isEmpty() ? categories : sample.categories(),
        named ? sample.phase() : phase,
        sample.step() == null ? step : sample.step(),
        named && !(endedAgain && sample.outcome() == null) ? sample.outcome() : outcome,
        peaks.with(sample.sizes()),
        contested);
  }

  public Placement contend() {
    return contested
        ? this
        : new Placement(
            rank, gpu, host, pid, times, latest, categories, phase, step, outcome, peaks, true);
  }

  /// Whether a sample belongs here: by rank, or where one of the two has none, by process.
  public boolean isOf(MemorySample sample) {
    // The rank first: it nearly always decides, and the name need not be looked at.
    if (rank != null && sample.rank() != null) {
      return rank.equals(sample.rank()) && gpu.equals(sample.gpu());
    }
    return agree(pid, sample.pid()) && agree(host, sample.host()) && gpu.equals(sample.gpu());
  }

  /// Whether a sample that may belong here names this very rank or process.
  public boolean isSurely(MemorySample sample) {
    if (rank != null && sample.rank() != null) {
      return true;
    }
    return pid != null && pid.equals(sample.pid()) && host != null && host.equals(sample.host());
  }

  /// Whether another GPU of the same rank was heard of since, at an earlier step.
  public boolean isOvertakenBy(Placement other) {
    return rank != null
        && rank.equals(other.rank)
        && step != null
        && other.step != null
        && other.step < step
        && other.times.framework() > times.framework();
  }

  public boolean hasEnded() {
    return phase == JobPhase.ENDED;
  }

  /// The most telling of what is known now: what the driver charges, else what the framework
  /// reserved, else allocated.
  public @Nullable MemorySize held() {
    if (latest.processUsed() != null) {
      return latest.processUsed();
    }
    return latest.reserved() != null ? latest.reserved() : latest.allocated();
  }

  private static boolean agree(@Nullable Object one, @Nullable Object other) {
    return one == null || other == null || one.equals(other);
  }

  private static MemorySample.Sizes merged(MemorySample.Sizes old, MemorySample.Sizes fresh) {
    boolean covers =
        (fresh.processUsed() != null || old.processUsed() == null)
            && (fresh.deviceUsed() != null || old.deviceUsed() == null)
            && (fresh.deviceTotal() != null || old.deviceTotal() == null)
            && (fresh.allocated() != null || old.allocated() == null)
            && (fresh.reserved() != null || old.reserved() == null);
    if (covers) {
      return fresh;
    }
    return new MemorySample.Sizes(
        newer(old.processUsed(), fresh.processUsed()),
        newer(old.deviceUsed(), fresh.deviceUsed()),
        newer(old.deviceTotal(), fresh.deviceTotal()),
        newer(old.allocated(), fresh.allocated()),
        newer(old.reserved(), fresh.reserved()));
  }

  private static @Nullable MemorySize newer(@Nullable MemorySize old, @Nullable MemorySize fresh) {
    return fresh == null ? old : fresh;
  }
}
