package dev.headroom.ingest.topics;

import org.apache.kafka.common.utils.Utils;

/// The partition of a key, as the default partitioner of Kafka's Java client chooses it.
final class KeyPartitioner {

  private KeyPartitioner() {}

  /// As the default partitioner of Kafka's Java client puts it.
  static int of(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
