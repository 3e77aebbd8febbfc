package dev.headroom.history;

import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.place.Place;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.triage.Concern;
import dev.headroom.triage.Triage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The last hour of one job: two minutes in spans of two seconds, ten minutes in spans of ten
/// seconds, an hour in spans of a minute. Two and a half kilobytes once the hour is full, where one
/// size is measured, and 1.4 for each further one. Thread-safe.
final class JobHistory {

  static final long HOUR_MILLIS = 3_600_000;

  private static final int MAX_EVENTS = 100;
  private static final byte NO_PHASE = -1;
  private static final JobPhase[] PHASES = JobPhase.values();

  /// The finest first.
  private final HistoryRing[] rings = {
    new HistoryRing(2_000, 60), new HistoryRing(10_000, 60), new HistoryRing(60_000, 60)
  };

  private final Deque<HistoryEvent> events = new ArrayDeque<>();
  private final Instant since;
  private Set<Concern> concerns = EnumSet.noneOf(Concern.class);
  private MemoryPeaks peaks = MemoryPeaks.NONE;
  private @Nullable Instant lastSample;
  private @Nullable String run;
  private boolean hasEnded;
  private Instant touched;

  JobHistory(Instant since) {
    this.since = since;
    this.touched = since;
  }

  /// Looks at the job as it is now.
  @SuppressWarnings("EnumOrdinal") // a byte a point, and it never leaves the process
  synchronized void record(JobState job, Triage triage, Instant now) {
    touched = now;
    notice(job, triage, now);
    Instant sampled = job.lastSample();
    Place fullest = JobPlaces.of(job).fullest().orElse(null);
    if (sampled == null || sampled.equals(lastSample) || fullest == null) {
      return;
    }
    boolean isFirst = lastSample == null;
    lastSample = sampled;
    MemorySample.Sizes sizes = fullest.sizes();
    MemoryPeaks risen = isFirst ? MemoryPeaks.NONE : job.peaks();
    long[] measured = {
      most(sizes.allocated(), risen.allocated(), peaks.allocated()),
      most(sizes.reserved(), risen.reserved(), peaks.reserved()),
      most(sizes.processUsed(), risen.process(), peaks.process())
    };
    peaks = job.peaks();
    JobPhase phase = fullest.main().phase();
    byte known = phase == null ? NO_PHASE : (byte) phase.ordinal();
    for (HistoryRing ring : rings) {
      ring.add(now.toEpochMilli(), measured, known);
    }
  }

  /// What is held now; or a peak that came and went since the last look.
  private static long most(
      @Nullable MemorySize now, @Nullable MemorySize peak, @Nullable MemorySize before) {
    if (peak != null && !peak.equals(before)) {
      return peak.bytes();
    }
    return now == null ? HistoryRing.UNKNOWN : now.bytes();
  }

  private void notice(JobState job, Triage triage, Instant now) {
    if (job.run() != null && !job.run().equals(run)) {
      run = job.run();
      hasEnded = false;
      peaks = MemoryPeaks.NONE;
      Instant began = job.began() == null ? job.firstSample() : job.began();
      add(new HistoryEvent(began == null ? now : began, HistoryEvent.RUN_BEGAN));
    }
    Set<Concern> newest = EnumSet.noneOf(Concern.class);
    newest.addAll(triage.concerns());
    for (Concern concern : newest) {
      if (!concerns.contains(concern) && concern != Concern.NO_BUDGET) {
        add(new HistoryEvent(now, concern.wireName()));
      }
    }
    concerns = newest;
    if (job.endedAt() != null && !hasEnded) {
      hasEnded = true;
      if (!newest.contains(Concern.OUT_OF_MEMORY) && !newest.contains(Concern.FAILED)) {
        add(new HistoryEvent(job.endedAt(), HistoryEvent.COMPLETED));
      }
    }
  }

  private void add(HistoryEvent event) {
    if (events.size() == MAX_EVENTS) {
      events.removeFirst();
    }
    events.addLast(event);
  }

  /// Whether nothing was heard of the job for an hour.
  synchronized boolean isOld(Instant now) {
    return touched.toEpochMilli() < now.toEpochMilli() - HOUR_MILLIS;
  }

  /// When it was first looked at.
  Instant since() {
    return since;
  }

  synchronized List<HistoryEvent> events() {
    return List.copyOf(events);
  }

  /// What is known of the last hour, the oldest first: each time at the finest resolution there is.
  synchronized List<HistoryPoint> points(Instant now) {
    var points = new ArrayList<HistoryPoint>();
    long from = now.toEpochMilli() - HOUR_MILLIS;
    for (int level = rings.length - 1; level >= 0; level--) {
      HistoryRing ring = rings[level];
      HistoryRing finer = level == 0 ? null : rings[level - 1];
      // What a finer ring has whole is not told twice.
      long until = Long.MAX_VALUE;
      if (finer != null) {
        until = finer.isFull() ? finer.millis(0) : Long.MIN_VALUE;
      }
      for (int i = 0; i < ring.count(); i++) {
        long at = ring.millis(i);
        if (at >= from && at < until) {
          points.add(point(ring, i));
        }
      }
    }
    return points;
  }

  private static HistoryPoint point(HistoryRing ring, int index) {
    byte phase = ring.phase(index);
    return new HistoryPoint(
        Instant.ofEpochMilli(ring.millis(index)),
        size(ring.size(index, 0)),
        size(ring.size(index, 1)),
        size(ring.size(index, 2)),
        phase == NO_PHASE ? null : PHASES[phase]);
  }

  private static @Nullable MemorySize size(long bytes) {
    return bytes == HistoryRing.UNKNOWN ? null : new MemorySize(bytes);
  }
}
