package dev.headroom.ledger.state;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One process of a job on one GPU: what it holds now, and held at most.
///
/// @param rank null while only an agent has seen it
/// @param latest the newest of each size, of whatever source
/// @param categories the newest a reporter measured; empty where nobody did
/// @param contested whether the same rank was seen at two places at a time
/// @param tightest the source that knows of the least free memory on its device; null where it has
///     no name
/// @param freeBytes what that source last said is free; −1 where no source said
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
    boolean contested,
    @Nullable SampleSource tightest,
    long freeBytes) {

  /// Without a sample for so long, while others of its job go on, a placement is gone.
  private static final long SILENT_NANOS = 60_000_000_000L;

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
        false,
        null,
        -1);
  }

  /// The newest sample of any, in nanoseconds since 1970.
  public static long newest(List<Placement> placements) {
    long newest = 0;
    for (Placement placement : placements) {
      newest = Math.max(newest, placement.times.newest());
    }
    return newest;
  }

  /// The placement after a sample that is newer than the last of its source.
  public Placement after(MemorySample sample, long nanos) {
    boolean named = sample.phase() != null;
    // An agent sees that a process ended, not how: the reporter's word on that stands.
    boolean endedAgain = hasEnded() && sample.phase() == JobPhase.ENDED;
    long free = free(sample.sizes());
    boolean isTightest = free >= 0 && isTightest(sample.source(), free, nanos);
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
        contested,
        isTightest ? sample.source() : tightest,
        isTightest ? free : freeBytes);
  }

  private boolean isTightest(@Nullable SampleSource source, long free, long nanos) {
    return freeBytes < 0
        || source == tightest
        || free < freeBytes
        || times.of(tightest) + SILENT_NANOS < nanos;
  }

  /// What is free on its device, −1 where no source said. NVML counts free what its driver keeps.
  ///
  /// @param gpu as its agent last told; null where none did
  public long freeBytes(@Nullable GpuState gpu) {
    MemorySize kept =
        gpu == null || tightest != SampleSource.NVML ? null : gpu.sample().driverReserved();
    return kept == null || freeBytes < 0 ? freeBytes : Math.max(0, freeBytes - kept.bytes());
  }

  private static long free(MemorySample.Sizes sizes) {
    MemorySize total = sizes.deviceTotal();
    MemorySize used = sizes.deviceUsed();
    return total == null || used == null ? -1 : Math.max(0, total.bytes() - used.bytes());
  }

  /// This process, which only an agent knows, together with its own reporter's word.
  public Placement joined(Placement reporter) {
    boolean isTighter =
        reporter.freeBytes >= 0 && (freeBytes < 0 || reporter.freeBytes < freeBytes);
    return new Placement(
        rank == null ? reporter.rank : rank,
        gpu,
        host,
        pid,
        times.with(reporter.times),
        merged(reporter.latest, latest),
        reporter.categories.isEmpty() ? categories : reporter.categories,
        reporter.phase == null ? phase : reporter.phase,
        reporter.step == null ? step : reporter.step,
        reporter.outcome == null ? outcome : reporter.outcome,
        peaks.with(reporter.peaks),
        contested || reporter.contested,
        isTighter ? reporter.tightest : tightest,
        isTighter ? reporter.freeBytes : freeBytes);
  }

  /// Whether a source of this kind, agent or reporter, told of it. In a container the two know one
  /// process by two hosts.
  public boolean isSeenBy(@Nullable SampleSource source) {
    boolean isReported = times.framework() != 0;
    boolean isCharged = times.nvml() != 0 || times.cuda() != 0;
    if (source == null || times.unnamed() != 0) {
      return true;
    }
    return source == SampleSource.FRAMEWORK ? isReported : isCharged;
  }

  /// Whether only a reporter within the process knows it.
  public boolean isOnlyReported() {
    return times.framework() != 0 && times.nvml() == 0 && times.cuda() == 0;
  }

  /// Whether only the driver's accounts know it.
  public boolean isOnlyCharged() {
    return times.framework() == 0 && times.unnamed() == 0 && latest.processUsed() != null;
  }

  /// Whether it was not heard of for a minute.
  ///
  /// @param nanos the newest sample of its job, in nanoseconds since 1970
  public boolean isSilentAt(long nanos) {
    return times.newest() + SILENT_NANOS < nanos;
  }

  public Placement contend() {
    return contested
        ? this
        : new Placement(
            rank,
            gpu,
            host,
            pid,
            times,
            latest,
            categories,
            phase,
            step,
            outcome,
            peaks,
            true,
            tightest,
            freeBytes);
  }

  /// Whether a sample may belong here: by rank and process, as far as both sides know them.
  public boolean isOf(MemorySample sample) {
    // Rank and process first: they nearly always decide, and the names need not be looked at.
    return agree(rank, sample.rank())
        && agree(pid, sample.pid())
        && ((rank != null && sample.pid() == null) || agree(host, sample.host()))
        && gpu.equals(sample.gpu());
  }

  /// Whether a process that an agent lists on its GPU is this one. In a container of its own,
  /// another job's process may have the same id.
  ///
  /// @param job whose placement this is
  /// @param listedOn the agent's host
  public boolean isListedAs(GpuProcess listed, String job, String listedOn) {
    boolean isPossible =
        listed.job() == null ? agree(host, listedOn) : Objects.equals(listed.job(), job);
    return pid != null && listed.pid() == pid && isPossible;
  }

  /// Whether a sample that may belong here names this very process, or this very rank where one of
  /// the two knows no process.
  public boolean isSurely(MemorySample sample) {
    if (pid != null && sample.pid() != null) {
      return host != null && host.equals(sample.host());
    }
    return rank != null && sample.rank() != null;
  }

  /// Whether the process of a sample takes its place: it is of the same rank, or of none as this
  /// one is, on the same GPU, after this one ended or fell silent. A rank has one reporter, so a
  /// newer one takes the place of an older at once.
  public boolean isSucceededBy(MemorySample sample, long nanos) {
    boolean isSameRank = rank == null ? sample.rank() == null : rank.equals(sample.rank());
    if (!isSameRank || !gpu.equals(sample.gpu())) {
      return false;
    }
    boolean isReportedAnew =
        rank != null && isOnlyReported() && sample.source() == SampleSource.FRAMEWORK;
    return hasEnded() || isReportedAnew || isSilentAt(nanos);
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
