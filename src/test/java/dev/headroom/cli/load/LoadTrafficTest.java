package dev.headroom.cli.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.Topics;
import dev.headroom.wire.devicesample.DeviceSampleDecoder;
import dev.headroom.wire.memorysample.MemorySampleDecoder;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// What is sent, as the monitor decodes it.
class LoadTrafficTest {

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final LoadTraffic traffic = new LoadTraffic("127.0.0.1:1", producer);

  @Test
  void theJobsTakeTurnsWithTwoGpusEach() {
    // When
    Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
    traffic.samples(10, 5);
    traffic.samples(1, 5);

    // Then
    assertThat(traffic.sent()).isEqualTo(11);
    assertThat(producer.flushed()).isTrue();
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsOnly(Topics.MEMORY_SAMPLES);
    List<MemorySample> samples = producer.history().stream().map(LoadTrafficTest::sample).toList();
    assertThat(samples)
        .extracting(MemorySample::job)
        .startsWith("load-0", "load-0", "load-1", "load-1", "load-2")
        .endsWith("load-4", "load-0");
    assertThat(samples)
        .extracting(MemorySample::gpu)
        .startsWith("GPU-load-0", "GPU-load-1", "GPU-load-2")
        .endsWith("GPU-load-9", "GPU-load-0");
    assertThat(samples.subList(0, 4)).extracting(MemorySample::rank).containsExactly(0, 1, 0, 1);
    assertThat(samples.get(9).host()).isEqualTo("node-1");
    assertThat(samples.get(9).pid()).isEqualTo(1009);
    assertThat(samples.get(9).step()).isEqualTo(1);
    assertThat(samples.get(10).step()).isEqualTo(2);
    assertThat(samples.get(10).sizes().processUsed()).isEqualTo(new MemorySize(5_000_000_010L));
    assertThat(samples)
        .extracting(MemorySample::time)
        .allSatisfy(time -> assertThat(time).isBetween(before, Instant.now()));
  }

  @Test
  void aSteadyLoadIsSpreadOverItsTime() {
    long start = System.nanoTime();
    traffic.steadily(400, 1, Duration.ofMillis(200));
    assertThat(traffic.sent()).isEqualTo(80);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(150_000_000);
    assertThat(producer.flushed()).isTrue();
  }

  @Test
  void eachGpuHasADeviceSample() {
    // When
    traffic.devices(10);

    // Then
    List<DeviceSample> samples = producer.history().stream().map(LoadTrafficTest::device).toList();
    assertThat(samples).hasSize(10);
    assertThat(samples.getLast().gpu()).isEqualTo("GPU-load-9");
    assertThat(samples.getLast().host()).isEqualTo("node-1");
    assertThat(samples.getLast().index()).isEqualTo(1);
    assertThat(samples.getLast().processes()).hasSize(1);
    assertThat(samples.getLast().processes().getFirst().pid()).isEqualTo(1009);
    assertThat(samples.getLast().processes().getFirst().job()).isEqualTo("load-4");
    assertThat(producer.flushed()).isTrue();
    assertThat(traffic.sent()).isZero();
  }

  @Test
  void whatTheBrokerDoesNotTakeIsSaid() {
    // Given
    var refusing =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized void flush() {
            completeNext();
            errorNext(new KafkaException("too large"));
            super.flush();
          }
        };
    var load = new LoadTraffic("127.0.0.1:1", refusing);

    // Then
    assertThatThrownBy(() -> load.samples(3, 1))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the broker did not take 1 of 3 samples in time");
  }

  @Test
  void closedItSendsNoMore() {
    traffic.close();
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void ofABrokerItIsAProducerOfItsOwn() {
    try (var load = new LoadTraffic("127.0.0.1:1")) {
      assertThat(load.sent()).isZero();
    }
  }

  private static MemorySample sample(ProducerRecord<byte[], byte[]> record) {
    var decoded = (Decoded.Event) new MemorySampleDecoder().decode(record.key(), record.value());
    return ((MemorySampled) decoded.event()).sample();
  }

  private static DeviceSample device(ProducerRecord<byte[], byte[]> record) {
    assertThat(record.topic()).isEqualTo(Topics.DEVICE_SAMPLES);
    assertThat(new String(record.key(), US_ASCII)).startsWith("GPU-load-");
    var decoded = (Decoded.Event) new DeviceSampleDecoder().decode(record.key(), record.value());
    return ((DeviceSampled) decoded.event()).sample();
  }
}
