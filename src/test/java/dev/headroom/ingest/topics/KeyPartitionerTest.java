package dev.headroom.ingest.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A key's partition is that of Kafka's own client.
class KeyPartitionerTest {

  @Test
  void itIsThatOfKafkasOwnPartitioner() {
    // Given
    var random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      var key = new byte[random.nextInt(40)];
      random.nextBytes(key);
      int partitions = 1 + random.nextInt(50);

      // Then
      assertThat(KeyPartitioner.of(key, partitions))
          .isEqualTo(BuiltInPartitioner.partitionForKey(key, partitions));
    }
  }

  /// node-rdkafka#817 (by `kafka-console-producer`), kafkajs#1154: what Kafka's own clients chose.
  @ParameterizedTest
  @CsvSource({"fd7af248-ce5c-46a5-93d7-1c0c9005b99d, 32, 26", "TT0124, 15, 10"})
  void itIsWherePeopleSawKafkasOwnClientsWrite(String key, int partitions, int partition) {
    assertThat(KeyPartitioner.of(key.getBytes(UTF_8), partitions)).isEqualTo(partition);
  }

  @Test
  void itStaysAsItIs() {
    // Given keys whose partitions a broker has seen, since agents of any version have to agree
    int[] partitions =
        IntStream.range(0, 6)
            .map(i -> KeyPartitioner.of(("move-" + i).getBytes(UTF_8), 12))
            .toArray();

    // Then
    assertThat(partitions).containsExactly(2, 7, 9, 6, 7, 9);
  }
}
