package dev.headroom.ingest.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

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
