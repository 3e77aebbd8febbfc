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

/// The status of ingestion: outcomes of records, delays, consumer lag, and the reasons not to be
/// ready. Methods that begin with `record` write; all others read. Thread-safe.
@ApplicationScoped
public class IngestStatus {

  private final Map<String, Map<RecordOutcome, LongAdder>> outcomes = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> received = new ConcurrentSkipListMap<>();
  private final Map<TopicPartition, Long> lags = new ConcurrentHashMap<>();
  private final Map<String, String> problems = new ConcurrentSkipListMap<>();
  private final Map<Irregularity, LongAdder> irregular = adders(Irregularity.class);
  private final LongAdder forwarded = new LongAdder();
  private final LongAdder withheld = new LongAdder();

  /// In seconds.
  private final HistogramRecorder delays =
      new HistogramRecorder(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600);

  private final PredictionRecord predictions = new PredictionRecord();

  /// One partition of one topic.
  public record TopicPartition(String topic, int partition) {}

  /// How many records of a topic had an outcome.
  public record OutcomeCount(String topic, RecordOutcome outcome, long records) {}

  /// Records of a topic were received.
  public void recordReceived(String topic, long records) {
    received.computeIfAbsent(topic, _ -> new LongAdder()).add(records);
  }

  /// Records of a topic had an outcome.
  public void recordOutcome(String topic, RecordOutcome outcome, long records) {
    outcomes
        .computeIfAbsent(topic, _ -> adders(RecordOutcome.class))
        .getOrDefault(outcome, new LongAdder())
        .add(records);
  }

  private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> kind) {
    var all = new EnumMap<E, LongAdder>(kind);
    for (E each : kind.getEnumConstants()) {
      all.put(each, new LongAdder());
    }
    return all;
  }

  /// A record was taken, and something about it is not as it should be.
  public void recordIrregular(Irregularity irregularity) {
    irregular.getOrDefault(irregularity, new LongAdder()).increment();
  }

  /// Records that were taken although something was amiss, by what it was.
  public Map<Irregularity, Long> irregular() {
    var all = new EnumMap<Irregularity, Long>(Irregularity.class);
    irregular.forEach((irregularity, records) -> all.put(irregularity, records.sum()));
    return all;
  }

  /// Samples were folded this many milliseconds after they were taken.
  ///
  /// @param count how many of the array there are
  public void recordDelays(long[] millis, int count) {
    var seconds = new double[count];
    for (int i = 0; i < count; i++) {
      seconds[i] = Math.max(0, millis[i]) / 1000.0;
    }
    delays.add(seconds);
  }

  /// A job has settled, and one of its sizes was predicted.
  ///
  /// @param ratio (measured − P50) / P50
  public void recordPrediction(PredictionRecord.Group group, double ratio, boolean isWithinP95) {
    predictions.add(group, ratio, isWithinP95);
  }

  /// The consumer lag of a partition, in records.
  public void recordLag(String topic, int partition, long records) {
    lags.put(new TopicPartition(topic, partition), records);
  }

  /// Drops the lag of all other partitions of a topic.
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

  /// A part of the monitor is not ready.
  ///
  /// @param part the part that reports it
  public void recordProblem(String part, String reason) {
    problems.put(part, reason);
  }

  /// A part of the monitor is ready again.
  public void clearProblem(String part) {
    problems.remove(part);
  }

  /// Why the monitor is not ready; empty if it is.
  public Optional<String> notReadyReason() {
    return problems.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("; ", problems.values()));
  }

  /// The outcomes of every topic, those without records too.
  public List<OutcomeCount> outcomeCounts() {
    var all = new ArrayList<OutcomeCount>();
    outcomes.forEach(
        (topic, byOutcome) ->
            byOutcome.forEach(
                (outcome, records) -> all.add(new OutcomeCount(topic, outcome, records.sum()))));
    return all;
  }

  /// All records received, by topic.
  public Map<String, Long> received() {
    var all = new TreeMap<String, Long>();
    received.forEach((topic, records) -> all.put(topic, records.sum()));
    return all;
  }

  /// The consumer lag in records, by partition.
  public Map<TopicPartition, Long> lags() {
    return Map.copyOf(lags);
  }

  /// From a sample's time to its folding, in seconds.
  public Histogram delays() {
    return delays.histogram();
  }

  /// How right the predictions of settled jobs were.
  public List<PredictionRecord.Score> predictions() {
    return predictions.scores();
  }

  /// Refused records that were passed on as dead letters.
  public long forwardedDeadLetters() {
    return forwarded.sum();
  }

  /// Refused records that were not passed on, because they exceeded the rate.
  public long withheldDeadLetters() {
    return withheld.sum();
  }
}
