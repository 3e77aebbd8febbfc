package dev.headroom.status;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// How taking records in goes: what became of them, how late they are, how far behind we are, and
/// why, if so, we are not ready. Written by one side, read by the other, at any time.
@ApplicationScoped
public class IngestStatus {

  private final Map<String, Map<RecordOutcome, LongAdder>> outcomes = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> received = new ConcurrentSkipListMap<>();
  private final Map<TopicPartition, Long> lags = new ConcurrentHashMap<>();
  private final Map<String, String> problems = new ConcurrentSkipListMap<>();
  private final LongAdder forwarded = new LongAdder();
  private final LongAdder withheld = new LongAdder();

  /// In seconds.
  private final HistogramRecorder delays =
      new HistogramRecorder(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600);

  private final HistogramRecorder predictionErrors =
      new HistogramRecorder(-0.5, -0.2, -0.1, -0.05, -0.02, 0, 0.02, 0.05, 0.1, 0.2, 0.5, 1);

  /// One partition of one topic.
  public record TopicPartition(String topic, int partition) {}

  /// How many records of a topic met a fate.
  public record OutcomeCount(String topic, RecordOutcome outcome, long records) {}

  /// So many records of a topic came in.
  public void recordReceived(String topic, long records) {
    received.computeIfAbsent(topic, _ -> new LongAdder()).add(records);
  }

  /// So many of them met a fate.
  public void recordOutcome(String topic, RecordOutcome outcome, long records) {
    outcomes
        .computeIfAbsent(
            topic,
            _ -> {
              var all = new EnumMap<RecordOutcome, LongAdder>(RecordOutcome.class);
              for (RecordOutcome each : RecordOutcome.values()) {
                all.put(each, new LongAdder());
              }
              return all;
            })
        .getOrDefault(outcome, new LongAdder())
        .add(records);
  }

  /// Samples were folded so many milliseconds after they were taken.
  ///
  /// @param count how many of the array there are
  public void recordDelays(long[] millis, int count) {
    var seconds = new double[count];
    for (int i = 0; i < count; i++) {
      seconds[i] = Math.max(0, millis[i]) / 1000.0;
    }
    delays.add(seconds);
  }

  /// A job ended whose peak was measured and predicted.
  ///
  /// @param ratio (measured − predicted) / predicted
  public void recordPredictionError(double ratio) {
    predictionErrors.add(ratio);
  }

  /// So many records of a partition wait.
  public void recordLag(String topic, int partition, long records) {
    lags.put(new TopicPartition(topic, partition), records);
  }

  /// Only these partitions of a topic are ours to watch.
  public void keepLagsOf(String topic, Collection<Integer> partitions) {
    lags.keySet()
        .removeIf(key -> key.topic().equals(topic) && !partitions.contains(key.partition()));
  }

  public void recordForwardedDeadLetter() {
    forwarded.increment();
  }

  public void recordWithheldDeadLetter() {
    withheld.increment();
  }

  /// Something is in the way of being ready.
  ///
  /// @param part who says so
  public void recordProblem(String part, String reason) {
    problems.put(part, reason);
  }

  /// Nothing is in the way of a part any more.
  public void clearProblem(String part) {
    problems.remove(part);
  }

  /// Why we are not ready; empty if we are.
  public Optional<String> notReadyReason() {
    return problems.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("; ", problems.values()));
  }

  /// Every topic and fate, those without records too.
  public List<OutcomeCount> outcomeCounts() {
    var all = new ArrayList<OutcomeCount>();
    outcomes.forEach(
        (topic, byOutcome) ->
            byOutcome.forEach(
                (outcome, records) -> all.add(new OutcomeCount(topic, outcome, records.sum()))));
    return all;
  }

  /// All records that came in, by topic.
  public Map<String, Long> received() {
    var all = new TreeMap<String, Long>();
    received.forEach((topic, records) -> all.put(topic, records.sum()));
    return all;
  }

  /// Records that wait, by partition.
  public Map<TopicPartition, Long> lags() {
    return Map.copyOf(lags);
  }

  /// From a sample's time to its folding, in seconds.
  public Histogram delays() {
    return delays.histogram();
  }

  /// (measured − predicted) / predicted of the peaks of jobs that ended.
  public Histogram predictionErrors() {
    return predictionErrors.histogram();
  }

  /// Refused records that were passed on as dead letters.
  public long forwardedDeadLetters() {
    return forwarded.sum();
  }

  /// Refused records that were not passed on, because there were too many at a time.
  public long withheldDeadLetters() {
    return withheld.sum();
  }
}
