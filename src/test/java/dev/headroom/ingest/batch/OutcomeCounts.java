package dev.headroom.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.status.IngestStatus;
import dev.headroom.status.RecordOutcome;
import java.util.Map;
import java.util.TreeMap;

/// How many records had each outcome, by its name; those that none had are left out.
final class OutcomeCounts {

  private OutcomeCounts() {}

  static Map<String, Long> of(IngestStatus status) {
    var counts = new TreeMap<String, Long>();
    for (IngestStatus.OutcomeCount count : status.outcomeCounts()) {
      if (count.records() > 0) {
        counts.put(count.outcome().wireName(), count.records());
      }
    }
    assertThat(counts).doesNotContainKey(RecordOutcome.RESTORED.wireName());
    return counts;
  }
}
