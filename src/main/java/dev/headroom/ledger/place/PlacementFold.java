package dev.headroom.ledger.place;

import dev.headroom.ledger.state.LastSampleTimes;
import dev.headroom.ledger.state.Placement;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The working copy of a job's placements while a batch is folded: which of them a sample belongs
/// to, and which show that the job's name is in use twice. Of one thread.
public final class PlacementFold {

  /// With so many, those of a GPU are looked up; fewer are looked through.
  private static final int INDEX_FROM = 8;

  private static final long CONTENTION_NANOS = 30_000_000_000L;

  private final ArrayList<Placement> all;
  private @Nullable Map<String, List<Integer>> byGpu;

  public PlacementFold(List<Placement> placements) {
    all = new ArrayList<>(placements);
  }

  public int size() {
    return all.size();
  }

  public Placement get(int index) {
    return all.get(index);
  }

  /// As they are now.
  public List<Placement> list() {
    return List.copyOf(all);
  }

  public void clear() {
    all.clear();
    byGpu = null;
  }

  /// The placement of a sample's rank; else one that its process may be; -1 if there is none.
  public int find(MemorySample sample) {
    int likely = -1;
    if (all.size() < INDEX_FROM) {
      for (int i = all.size() - 1; i >= 0; i--) {
        if (all.get(i).isOf(sample)) {
          if (all.get(i).isSurely(sample)) {
            return i;
          }
          likely = i;
        }
      }
      return likely;
    }
    for (int i : index().getOrDefault(sample.gpu(), List.of())) {
      if (all.get(i).isOf(sample)) {
        if (all.get(i).isSurely(sample)) {
          return i;
        }
        likely = i;
      }
    }
    return likely;
  }

  /// Whether a sample needs one more placement.
  public boolean needsOneMore(MemorySample sample) {
    return find(sample) < 0 && predecessor(sample, LastSampleTimes.nanos(sample.time())) < 0;
  }

  /// The placement whose place a sample's process takes; -1 if there is none.
  private int predecessor(MemorySample sample, long nanos) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isSucceededBy(sample, nanos)) {
        return i;
      }
    }
    return -1;
  }

  /// A placement for a sample that has none. The same rank on another host within half a minute
  /// makes both contested.
  ///
  /// @param nanos the sample's time, since 1970
  /// @return where it is
  public int add(MemorySample sample, long nanos) {
    Placement fresh = Placement.of(sample);
    for (int i = 0; fresh.rank() != null && i < all.size(); i++) {
      Placement other = all.get(i);
      boolean isElsewhere = isElsewhere(fresh, other) && other.isSeenBy(sample.source());
      if (isElsewhere && Math.abs(nanos - other.times().newest()) < CONTENTION_NANOS) {
        all.set(i, other.contend());
        fresh = fresh.contend();
      }
    }
    int before = predecessor(sample, nanos);
    if (before >= 0) {
      all.set(before, fresh);
      return before;
    }
    all.add(fresh);
    if (byGpu != null) {
      byGpu.computeIfAbsent(fresh.gpu(), _ -> new ArrayList<>(1)).add(all.size() - 1);
    }
    return all.size() - 1;
  }

  private static boolean isElsewhere(Placement one, Placement other) {
    return one.rank() != null
        && one.rank().equals(other.rank())
        && !one.gpu().equals(other.gpu())
        && one.host() != null
        && other.host() != null
        && !one.host().equals(other.host());
  }

  /// Takes a sample that is newer than the last of its source.
  ///
  /// @param index where its placement is
  /// @param nanos the sample's time, since 1970
  /// @return the placement after it
  public Placement apply(MemorySample sample, int index, long nanos) {
    contendWithRivals(sample, index, nanos);
    Placement placement = all.get(index).after(sample, nanos);
    all.set(index, placement);
    return placement;
  }

  /// A rank counts its steps once. Two GPUs of it whose counts go on side by side, the newer one
  /// behind the older, are of two publishers, even if host and process have equal names.
  private void contendWithRivals(MemorySample sample, int index, long nanos) {
    boolean counts = sample.step() != null && sample.phase() != JobPhase.ENDED;
    if (!counts || all.size() == 1 || all.size() >= INDEX_FROM) {
      return;
    }
    for (int i = 0; i < all.size(); i++) {
      Placement other = all.get(i);
      long heard = other.times().framework();
      boolean isBetween = heard < nanos && nanos - heard < CONTENTION_NANOS;
      if (isBetween && all.get(index).isOvertakenBy(other)) {
        all.set(i, other.contend());
        all.set(index, all.get(index).contend());
      }
    }
  }

  /// Ended when every rank said so that was heard of in the last minute; processes that only an
  /// agent sees have no say beside ranks.
  public boolean hasEnded() {
    boolean ranked = false;
    boolean anyEnded = false;
    long newest = Placement.newest(all);
    for (Placement placement : all) {
      ranked |= placement.rank() != null && !placement.isSilentAt(newest);
      anyEnded |= placement.hasEnded();
    }
    if (!anyEnded) {
      return false;
    }
    for (Placement placement : all) {
      boolean hasSay = placement.rank() != null || !ranked;
      if (hasSay && !placement.hasEnded() && !placement.isSilentAt(newest)) {
        return false;
      }
    }
    return true;
  }

  /// Whether each process has ended or fell silent.
  ///
  /// @param nanos since 1970
  public boolean areGone(long nanos) {
    for (Placement placement : all) {
      if (!placement.hasEnded() && !placement.isSilentAt(nanos)) {
        return false;
      }
    }
    return true;
  }

  private Map<String, List<Integer>> index() {
    Map<String, List<Integer>> built = byGpu;
    if (built == null) {
      built = new HashMap<>(all.size() * 2);
      for (int i = 0; i < all.size(); i++) {
        built.computeIfAbsent(all.get(i).gpu(), _ -> new ArrayList<>(1)).add(i);
      }
      byGpu = built;
    }
    return built;
  }
}
