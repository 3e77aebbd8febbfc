package dev.headroom.agent.publish;

import dev.headroom.ledger.event.DeviceRemoved;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.Topics;
import dev.headroom.wire.devicesample.DeviceSampleEncoder;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// A message of the agent. It is encoded only when it is sent.
public sealed interface AgentMessage {

  record OfProcess(MemorySample sample) implements AgentMessage {}

  record OfDevice(DeviceSample sample) implements AgentMessage {}

  record DeviceGone(DeviceRemoved removed) implements AgentMessage {}

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
