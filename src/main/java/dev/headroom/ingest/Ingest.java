package dev.headroom.ingest;

import dev.headroom.ledger.JobEvent;
import dev.headroom.ledger.JobForgotten;
import dev.headroom.ledger.JobSummarized;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.Verdict;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.live.Pulse;
import dev.headroom.wire.DeviceSampleDecoder;
import dev.headroom.wire.JobSummaryDecoder;
import dev.headroom.wire.LayerConfigDecoder;
import dev.headroom.wire.MemorySampleDecoder;
import dev.headroom.wire.Topics;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Everything that takes records in, wired: who reads which topic and what comes of it.
final class Ingest implements AutoCloseable {

  /// Dead letters may take so many bytes at once, and so many a second from then on.
  private static final double LETTER_BYTES = 64 * 1024 * 1024;

  private static final double LETTER_BYTES_PER_SECOND = 1024 * 1024;

  private final LedgerKeeper keeper;
  private final Pulse pulse;
  private final InstantSource clock;
  private final DeadLetters deadLetters;
  private final TopicWatch watch;
  private final Marks marks = new Marks();
  private final Follower configs;
  private final Follower summaries;
  private final Follower devices;
  private final SampleGroup samples;

  /// @param kafka the client properties: where the brokers are and how to get in
  /// @param predictions what a configuration costs
  Ingest(
      IngestSettings settings,
      Map<String, String> kafka,
      LedgerKeeper keeper,
      Pulse pulse,
      Predictions predictions,
      InstantSource clock) {
    this.keeper = keeper;
    this.pulse = pulse;
    this.clock = clock;
    keeper.change(
        _ -> new LedgerKeeper.Change<>(Snapshot.empty(settings.limits()), settings.limits()));
    var clients = new KafkaClients(kafka);
    deadLetters =
        new DeadLetters(
            clients.producer(),
            pulse,
            new Allowance(
                settings.deadLetterBurst(), settings.deadLettersPerSecond(), System::nanoTime),
            new Allowance(LETTER_BYTES, LETTER_BYTES_PER_SECOND, System::nanoTime));
    watch =
        new TopicWatch(
            clients.admin(),
            TopicPlan.of(settings),
            new GroupWatch(settings.group(), pulse),
            pulse);
    configs = follower(Topics.LAYER_CONFIGS, configDecoder(predictions), Ingest::ignore, clients);
    summaries = follower(Topics.JOB_SUMMARIES, summaryDecoder(), this::mark, clients);
    devices = follower(Topics.DEVICE_SAMPLES, deviceDecoder(), Ingest::ignore, clients);
    samples =
        new SampleGroup(
            () -> clients.member(settings.group(), settings.session()),
            watch,
            () -> configs.isCaughtUp() && summaries.isCaughtUp(),
            summaries,
            marks,
            intake(
                Topics.MEMORY_SAMPLES, sampleDecoder(), ConsumerRecord::partition, Ingest::ignore),
            new Checkpoint(clients::transactional, pulse),
            deadLetters,
            keeper,
            pulse,
            clock,
            settings.checkpoint());
  }

  void start() {
    watch.start();
    configs.start();
    summaries.start();
    devices.start();
    samples.start();
  }

  /// Hands over what is ours first, then ends the rest.
  @Override
  public void close() {
    samples.close();
    configs.close();
    summaries.close();
    devices.close();
    deadLetters.close();
    watch.close();
  }

  private static Intake.Decoder configDecoder(Predictions predictions) {
    var decoder = new LayerConfigDecoder(predictions::predict);
    return record ->
        decoder.decode(record.key(), record.value(), Instant.ofEpochMilli(record.timestamp()));
  }

  private static Intake.Decoder summaryDecoder() {
    var decoder = new JobSummaryDecoder();
    return record -> decoder.decode(record.key(), record.value());
  }

  private static Intake.Decoder deviceDecoder() {
    var decoder = new DeviceSampleDecoder();
    return record -> decoder.decode(record.key(), record.value());
  }

  private static Intake.Decoder sampleDecoder() {
    var decoder = new MemorySampleDecoder();
    return record -> decoder.decode(record.key(), record.value());
  }

  private Follower follower(
      String topic, Intake.Decoder decoder, Intake.Witness witness, KafkaClients clients) {
    Intake intake =
        intake(
            topic,
            decoder,
            record -> record.key() == null ? 0 : watch.samplePartition(record.key()),
            witness);
    return new Follower(topic, watch, clients::follower, intake, pulse);
  }

  private Intake intake(
      String topic,
      Intake.Decoder decoder,
      ToIntFunction<ConsumerRecord<byte[], byte[]>> partition,
      Intake.Witness witness) {
    return new Intake(topic, decoder, partition, witness, keeper, pulse, deadLetters, clock);
  }

  /// Remembers up to which sample a summary goes, of the jobs that are listed.
  private void mark(JobEvent event, Verdict verdict) {
    if (event instanceof JobSummarized summarized) {
      String job = summarized.state().job();
      boolean isListed = verdict == Verdict.APPLIED || verdict == Verdict.DUPLICATE;
      if (isListed) {
        marks.put(job, summarized.state().partition(), summarized.offset());
      } else {
        marks.remove(job);
      }
    } else if (event instanceof JobForgotten forgotten) {
      marks.remove(forgotten.job());
    }
  }

  private static void ignore(JobEvent event, Verdict verdict) {}
}
