package dev.headroom.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.devicesample.DeviceSampleDecoder;
import dev.headroom.wire.devicesample.DeviceSampleEncoder;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import dev.headroom.wire.memorysample.MemorySampleDecoder;
import dev.headroom.wire.memorysample.MemorySampleEncoder;

/// Whatever comes, a decoder answers with an event or a short reason; an event comes back whole.
/// Replays its corpus; `JAZZER_FUZZ=1 mvn test -Dtest=DecoderFuzzTest#memorySamples` looks for
/// more.
class DecoderFuzzTest {

  private final MemorySampleDecoder memory = new MemorySampleDecoder();
  private final DeviceSampleDecoder devices = new DeviceSampleDecoder();
  private final LayerConfigDecoder configs = new LayerConfigDecoder();

  @FuzzTest(maxDuration = "2m")
  void memorySamples(byte[] value) {
    if (event(memory.decode(new byte[] {'j'}, value))
        instanceof MemorySampled(MemorySample sample)) {
      assertThat(memory.decode(sample.job().getBytes(UTF_8), MemorySampleEncoder.encode(sample)))
          .isEqualTo(new Decoded.Event(new MemorySampled(sample)));
    }
  }

  @FuzzTest(maxDuration = "2m")
  void deviceSamples(byte[] value) {
    if (event(devices.decode(new byte[] {'g'}, value))
        instanceof DeviceSampled(DeviceSample sample)) {
      assertThat(devices.decode(sample.gpu().getBytes(UTF_8), DeviceSampleEncoder.encode(sample)))
          .isEqualTo(new Decoded.Event(new DeviceSampled(sample)));
    }
  }

  /// The builder of networks included: the decoder hands it whatever is well formed.
  @FuzzTest(maxDuration = "2m")
  void layerConfigs(byte[] value) {
    if (event(configs.decode(new byte[] {'j'}, value)) instanceof LayerConfig config) {
      // But for the attributes that nobody knows: those have no value that could be written.
      assertThat(LayerConfigDecoder.read(LayerConfigEncoder.encode(config)))
          .usingRecursiveComparison()
          .ignoringFieldsMatchingRegexes(".*\\.unknown")
          .isEqualTo(config);
    }
  }

  private static Object event(Decoded decoded) {
    return switch (decoded) {
      case Decoded.Event(var event) -> event;
      case Decoded.Config(LayerConfig config) -> config;
      case Decoded.Taught(var observation) -> observation;
      case Decoded.Malformed(String reason) -> {
        assertThat(reason).isNotBlank().hasSizeLessThanOrEqualTo(410);
        yield reason;
      }
    };
  }
}
