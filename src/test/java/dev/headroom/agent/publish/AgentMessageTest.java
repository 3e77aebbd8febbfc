package dev.headroom.agent.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.event.DeviceRemoved;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.devicesample.DeviceSampleEncoder;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class AgentMessageTest {

  private static final Instant TIME = Instant.parse("2026-11-23T21:00:00Z");

  @Test
  void aProcessIsASampleUnderItsJob() {
    MemorySample sample =
        MemorySample.builder("j", "GPU-1", TIME).processUsed(new MemorySize(1)).build();
    ProducerRecord<byte[], byte[]> it = new AgentMessage.OfProcess(sample).record();
    assertThat(it.topic()).isEqualTo("headroom.memory-samples");
    assertThat(it.key()).asString(UTF_8).isEqualTo("j");
    assertThat(it.value()).isEqualTo(MemorySampleEncoder.encode(sample));
  }

  @Test
  void aDeviceIsASampleUnderItsGpu() {
    var size = new MemorySize(1);
    var sample =
        new DeviceSample(
            "GPU-1", "h", TIME, size, size, null, null, null, null, null, null, List.of());
    ProducerRecord<byte[], byte[]> it = new AgentMessage.OfDevice(sample).record();
    assertThat(it.topic()).isEqualTo("headroom.device-samples");
    assertThat(it.key()).asString(UTF_8).isEqualTo("GPU-1");
    assertThat(it.value()).isEqualTo(DeviceSampleEncoder.encode(sample));
  }

  @Test
  void aDeviceThatIsGoneIsANullUnderItsGpu() {
    ProducerRecord<byte[], byte[]> it =
        new AgentMessage.DeviceGone(new DeviceRemoved("GPU-1")).record();
    assertThat(it.topic()).isEqualTo("headroom.device-samples");
    assertThat(it.key()).asString(UTF_8).isEqualTo("GPU-1");
    assertThat(it.value()).isNull();
  }
}
