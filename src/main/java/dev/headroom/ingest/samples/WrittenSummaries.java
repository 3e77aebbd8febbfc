package dev.headroom.ingest.samples;

import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.VerdictCounts;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What of each job stands in the summaries. Bounded by the jobs of our own. Of one thread.
final class WrittenSummaries {

  private record WrittenSummary(
      VerdictCounts tally, @Nullable String run, @Nullable String content, int partition) {

    static WrittenSummary of(JobState job) {
      return new WrittenSummary(job.tally(), job.run(), job.content(), job.partition());
    }
  }

  private final Map<String, WrittenSummary> byJob = new HashMap<>();

  boolean contain(JobState job) {
    return WrittenSummary.of(job).equals(byJob.get(job.job()));
  }

  void put(JobState job) {
    byJob.put(job.job(), WrittenSummary.of(job));
  }

  void remove(String job) {
    byJob.remove(job);
  }

  void removeAll(Collection<Integer> partitions) {
    byJob.values().removeIf(summary -> partitions.contains(summary.partition()));
  }

  void clear() {
    byJob.clear();
  }
}
