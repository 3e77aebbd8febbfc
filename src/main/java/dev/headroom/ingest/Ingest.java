package dev.headroom.ingest;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.Learning;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ingest.compacted.CompactedTopicReader;
import dev.headroom.ingest.compacted.TopicReader;
import dev.headroom.ingest.samples.Expiry;
import dev.headroom.ingest.samples.OwnedJobs;
import dev.headroom.ingest.samples.PartitionOwner;
import dev.headroom.ingest.samples.SampleConsumer;
import dev.headroom.ingest.samples.SummaryCheckpoint;
import dev.headroom.ingest.topics.GroupMonitor;
import dev.headroom.ingest.topics.PartitionCheck;
import dev.headroom.ingest.topics.TopicMonitor;
import dev.headroom.ledger.state.JobState;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.RecordDecoder;
import dev.headroom.wire.Topics;
import dev.headroom.wire.devicesample.DeviceSampleDecoder;
import dev.headroom.wire.jobsummary.JobSummaryDecoder;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.memorysample.MemorySampleDecoder;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Wires ingestion: which consumer reads which topic, and what decodes it.
final class Ingest implements AutoCloseable {

  /// Dead letters may take so many bytes at once, and so many a second from then on.
  private static final double DEAD_LETTER_BYTES = 64 * 1024 * 1024;

  private static final double DEAD_LETTER_BYTES_PER_SECOND = 1024 * 1024;

  private final LedgerKeeper keeper;
  private final IngestStatus status;
  private final InstantSource clock;
  private final DeadLetters deadLetters;
  private final Learning learning;
  private final TopicMonitor topics;
  private final TopicReader configs;
  private final CompactedTopicReader summaries;
  private final TopicReader devices;
  private final SummaryCheckpoint checkpoint;
  private final SampleConsumer samples;

  /// @param clients what reads samples and summaries, and writes the latter
  /// @param channels what else comes in and goes out
  /// @param calibrations what a configuration costs
  /// @param summarized told of each job as its summary has it, also where it ended long ago
  Ingest(
      IngestSettings settings,
      KafkaClients clients,
      Channels channels,
      LedgerKeeper keeper,
      IngestStatus status,
      Calibrations calibrations,
      Consumer<JobState> summarized,
      InstantSource clock) {
    this.keeper = keeper;
    this.status = status;
    this.clock = clock;
    deadLetters =
        new DeadLetters(
            channels.letters(),
            status,
            new TokenBucket(
                settings.deadLetterBurst(), settings.deadLettersPerSecond(), System::nanoTime),
            new TokenBucket(DEAD_LETTER_BYTES, DEAD_LETTER_BYTES_PER_SECOND, System::nanoTime));
    learning = new Learning(calibrations, clients.producer(), status, summarized);
    topics =
        new TopicMonitor(
            clients.admin(),
            clients.brokers(),
            TopicDefinitions.of(settings),
            new GroupMonitor(settings.group(), status),
            status);
    configs =
        channels.reader(
            Topics.LAYER_CONFIGS,
            topics,
            processor(Topics.LAYER_CONFIGS, new LayerConfigDecoder(), this::samplePartition),
            status);
    summaries =
        new CompactedTopicReader(
            Topics.JOB_SUMMARIES,
            topics,
            clients::compactedReader,
            processor(Topics.JOB_SUMMARIES, new JobSummaryDecoder(), this::samplePartition),
            status);
    devices =
        channels.reader(
            Topics.DEVICE_SAMPLES,
            topics,
            processor(Topics.DEVICE_SAMPLES, new DeviceSampleDecoder(), this::samplePartition),
            status);
    checkpoint =
        new SummaryCheckpoint(
            clients::transactional, deadLetters, status, settings.checkpoint(), System::nanoTime);
    samples =
        new SampleConsumer(
            () -> clients.groupMember(settings.group(), settings.session()),
            new PartitionOwner(
                topics,
                summaries,
                () -> configs.isCaughtUp() && summaries.isCaughtUp(),
                new OwnedJobs(keeper, clock),
                checkpoint,
                status),
            processor(
                Topics.MEMORY_SAMPLES,
                new MemorySampleDecoder(),
                new PartitionCheck(topics, status)::partition),
            new Expiry(keeper, checkpoint, calibrations, learning, clock, System::nanoTime),
            status);
  }

  void start() {
    topics.start();
    configs.start();
    summaries.start();
    devices.start();
    samples.start();
  }

  /// Hands over what is ours first, then ends the rest.
  @Override
  public void close() {
    samples.close();
    checkpoint.close();
    configs.close();
    summaries.close();
    devices.close();
    learning.close();
    topics.close();
  }

  private int samplePartition(ConsumerRecord<byte[], byte[]> record) {
    return record.key() == null ? 0 : topics.samplePartition(record.key());
  }

  private BatchProcessor processor(
      String topic,
      RecordDecoder decoder,
      ToIntFunction<ConsumerRecord<byte[], byte[]>> partition) {
    return new BatchProcessor(
        topic, decoder, partition, learning, keeper, status, deadLetters, clock);
  }
}
