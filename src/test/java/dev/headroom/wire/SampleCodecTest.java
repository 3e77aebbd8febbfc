package dev.headroom.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headroom.ledger.event.DeviceRemoved;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.devicesample.DeviceSampleDecoder;
import dev.headroom.wire.devicesample.DeviceSampleEncoder;
import dev.headroom.wire.memorysample.MemorySampleDecoder;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SampleCodecTest {

  private static final Instant TIME = Instant.parse("2026-11-23T21:00:00.123456789Z");

  private final MemorySampleDecoder memory = new MemorySampleDecoder();
  private final DeviceSampleDecoder devices = new DeviceSampleDecoder();

  @Test
  void aMemorySampleComesBackWhole() {
    // Given
    MemorySample sample =
        MemorySample.builder("resnet50-7f3a", "GPU-3f0c", TIME)
            .run("2")
            .rank(300)
            .host("gpu-07")
            .pid(4711L)
            .source(SampleSource.FRAMEWORK)
            .phase(JobPhase.ENDED)
            .step(120L)
            .processUsed(new MemorySize(1))
            .deviceUsed(new MemorySize(2))
            .deviceTotal(new MemorySize(3))
            .allocated(new MemorySize(4))
            .reserved(new MemorySize(5))
            .categories(Map.of(Category.PARAMETERS, new MemorySize(6)))
            .outcome(RunOutcome.OUT_OF_MEMORY)
            .build();

    // When
    Decoded decoded =
        memory.decode("resnet50-7f3a".getBytes(UTF_8), MemorySampleEncoder.encode(sample));

    // Then
    assertEquals(new Decoded.Event(new MemorySampled(sample)), decoded);
  }

  @Test
  void whatIsUnknownStaysUnknown() {
    // Given
    MemorySample sample = MemorySample.builder("j", "g", TIME).processUsed(MemorySize.ZERO).build();

    // When
    byte[] encoded = MemorySampleEncoder.encode(sample);

    // Then
    assertEquals(
        """
        {"schema":"headroom/memory-sample/1","job":"j","gpu":"g",\
        "time":"2026-11-23T21:00:00.123456789Z","process_used_bytes":0}""",
        new String(encoded, UTF_8));
    assertEquals(
        new Decoded.Event(new MemorySampled(sample)), memory.decode("j".getBytes(UTF_8), encoded));
  }

  @Test
  void aDeviceSampleComesBackWhole() {
    // Given
    var sample =
        new DeviceSample(
            "MIG-3f0c/1/0",
            "gpu-07",
            TIME,
            new MemorySize(42_949_672_960L),
            new MemorySize(5_931_794_432L),
            3,
            "NVIDIA A100-SXM4-40GB",
            "575.51",
            "1g.5gb",
            new MemorySize(7),
            new MemorySize(8),
            List.of(
                new GpuProcess(4711, new MemorySize(9), "resnet50-7f3a", 0),
                new GpuProcess(4712, null, null, null)));

    // When
    Decoded decoded =
        devices.decode("MIG-3f0c/1/0".getBytes(UTF_8), DeviceSampleEncoder.encode(sample));

    // Then
    assertEquals(new Decoded.Event(new DeviceSampled(sample)), decoded);
  }

  @Test
  void aTombstoneRemovesTheDevice() {
    // Given
    byte[] key = "GPU-1".getBytes(UTF_8);

    // When
    Decoded decoded = devices.decode(key, null);

    // Then
    assertEquals(new Decoded.Event(new DeviceRemoved("GPU-1")), decoded);
  }
}
