package dev.headroom.ingest.samples;

import dev.headroom.ledger.Snapshot;
import java.util.HashMap;
import java.util.Map;

/// The offset of the first sample that each job's last summary does not contain. Bounded by the
/// jobs that the ledger lists.
public final class SummaryOffsets {

  /// @param partition of the samples' topic
  /// @param offset the first sample of the partition that is not in the summary
  private record SummaryOffset(int partition, long offset) {}

  private final Map<String, SummaryOffset> offsets = new HashMap<>();

  public synchronized void put(String job, int partition, long offset) {
    offsets.put(job, new SummaryOffset(partition, offset));
  }

  public synchronized void remove(String job) {
    offsets.remove(job);
  }

  /// The first sample of each job of a partition that is not in what we know of it.
  ///
  /// @param end of the partition; a mark beyond it is of a topic that was deleted since
  synchronized Map<String, Long> of(int partition, long end) {
    var known = new HashMap<String, Long>();
    offsets.forEach(
        (job, offset) -> {
          if (offset.partition() == partition && offset.offset() <= end) {
            known.put(job, offset.offset());
          }
        });
    return known;
  }

  /// Forgets the jobs that are no longer listed.
  synchronized void keepListed(Snapshot snapshot) {
    offsets.keySet().removeIf(job -> snapshot.jobs().get(job) == null);
  }

  synchronized int size() {
    return offsets.size();
  }
}
