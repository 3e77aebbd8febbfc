package dev.headroom.agent;

import dev.headroom.ledger.DeviceRemoved;
import dev.headroom.ledger.DeviceSample;
import dev.headroom.ledger.MemorySample;
import dev.headroom.wire.DeviceSampleEncoder;
import dev.headroom.wire.MemorySampleEncoder;
import dev.headroom.wire.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// What the agent says: a sample, encoded only when it is sent.
sealed interface Message {

  record OfProcess(MemorySample sample) implements Message {}

  record OfDevice(DeviceSample sample) implements Message {}

  record DeviceGone(DeviceRemoved removed) implements Message {}

  default String topic() {
    return switch (this) {
      case OfProcess _ -> Topics.MEMORY_SAMPLES;
      case OfDevice _, DeviceGone _ -> Topics.DEVICE_SAMPLES;
    };
  }

  default ProducerRecord<byte[], byte[]> record() {
    return switch (this) {
      case OfProcess(MemorySample sample) ->
          record(sample.job(), MemorySampleEncoder.encode(sample));
      case OfDevice(DeviceSample sample) ->
          record(sample.gpu(), DeviceSampleEncoder.encode(sample));
      case DeviceGone(DeviceRemoved removed) -> record(removed.gpu(), null);
    };
  }

  private ProducerRecord<byte[], byte[]> record(String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic(), key.getBytes(StandardCharsets.UTF_8), value);
  }
}
