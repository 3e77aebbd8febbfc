package dev.headroom.ingest;

import dev.headroom.ledger.Snapshot;
import java.util.HashMap;
import java.util.Map;

/// Up to which sample each job's last summary goes. Bounded by the jobs that the ledger lists.
final class Marks {

  /// @param partition of the samples' topic
  /// @param offset the first sample of the partition that is not in the summary
  private record Mark(int partition, long offset) {}

  private final Map<String, Mark> marks = new HashMap<>();

  synchronized void put(String job, int partition, long offset) {
    marks.put(job, new Mark(partition, offset));
  }

  synchronized void remove(String job) {
    marks.remove(job);
  }

  /// The first sample of each job of a partition that is not in what we know of it.
  ///
  /// @param end of the partition; a mark beyond it is of a topic that was deleted since
  synchronized Map<String, Long> of(int partition, long end) {
    var known = new HashMap<String, Long>();
    marks.forEach(
        (job, mark) -> {
          if (mark.partition() == partition && mark.offset() <= end) {
            known.put(job, mark.offset());
          }
        });
    return known;
  }

  /// Forgets the jobs that are no longer listed.
  synchronized void retain(Snapshot snapshot) {
    marks.keySet().removeIf(job -> snapshot.jobs().get(job) == null);
  }

  synchronized int size() {
    return marks.size();
  }
}
