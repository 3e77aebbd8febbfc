package dev.headroom.ingest;

import org.apache.kafka.common.utils.Utils;

/// Which partition a key is on.
final class Partitions {

  private Partitions() {}

  /// As the default partitioner of Kafka's Java client puts it.
  static int of(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
