package dev.headroom.agent.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.agent.StandIn;
import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.DeviceProbeContract;
import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.probe.ReadFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CudaProbeTest implements DeviceProbeContract {
  private static final String TWO_GPUS =
      """
      8000000000 6000000000
      8000000000 7999999999
      """;

  private StandIn cuda;

  @BeforeEach
  void script() throws IOException {
    cuda = StandIn.ofThisProcess(StandIn.Library.CUDA);
    cuda.script(TWO_GPUS);
  }

  @Override
  public DeviceProbe probe() {
    return new CudaProbe();
  }

  @Test
  void readsMemoryAndLeavesWhatCudaDoesNotSayUnknown() {
    assertThat(read())
        .isEqualTo(new ProbeReading.Devices(List.of(gpu(0, 2000000000L), gpu(1, 1)), List.of()));
  }

  @Test
  void oneContextADeviceIsOpenedAndEachIsGivenBack() throws IOException {
    // Given
    try (DeviceProbe probe = probe()) {
      probe.read();
      probe.read();
      assertThat(Files.readString(cuda.folder().resolve("contexts"))).isEqualTo("2");
    }

    // Then
    assertThat(Files.readString(cuda.folder().resolve("contexts"))).isEqualTo("0");
  }

  @Test
  void aDriverThatDoesNotStartIsUnavailableUntilItDoes() {
    // Given
    cuda.script("fail cuInit 100\n");
    try (DeviceProbe probe = probe()) {
      // Then
      assertThat(probe.read())
          .isEqualTo(
              new ProbeReading.Unavailable(
                  new ReadFailure("cuInit", "no_device", ""),
                  "CUDA does not start (no_device): see 'dmesg' and the driver's version"));
      cuda.script(TWO_GPUS);
      assertThat(DeviceProbeContract.devices(probe.read())).hasSize(2);
    }
  }

  @Test
  void aDeviceThatDoesNotSayItsMemoryIsLeftOut() {
    // Given
    cuda.script(TWO_GPUS + "fail cuMemGetInfo 999\n");

    // Then
    assertThat(read())
        .isEqualTo(
            new ProbeReading.Devices(
                List.of(),
                List.of(
                    new ReadFailure("cuMemGetInfo", "unknown", gpu(0, 0).gpu()),
                    new ReadFailure("cuMemGetInfo", "unknown", gpu(1, 0).gpu()))));
  }

  @Test
  void aNameThatIsUnknownIsAbsent() {
    // Given
    cuda.script(TWO_GPUS + "fail cuDeviceGetName 801\n");

    // Then
    assertThat(DeviceProbeContract.devices(read()))
        .extracting(DeviceReading::model)
        .containsOnlyNulls();
  }

  private static DeviceReading gpu(int index, long used) {
    String hex = Integer.toHexString(0x10 + index);
    String uuid =
        "GPU-"
            + String.join(
                "-", hex.repeat(4), hex.repeat(2), hex.repeat(2), hex.repeat(2), hex.repeat(6));
    return new DeviceReading(
        uuid,
        index,
        "Orin " + index,
        null,
        null,
        8000000000L,
        used,
        8000000000L - used,
        null,
        null);
  }

  private ProbeReading read() {
    try (DeviceProbe probe = probe()) {
      return probe.read();
    }
  }
}
