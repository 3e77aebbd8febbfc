package dev.headroom.agent.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.agent.StandIn;
import dev.headroom.agent.nvml.NvmlLibrary.Listed;
import dev.headroom.agent.nvml.NvmlLibrary.Memory;
import java.io.IOException;
import java.util.List;
import org.bytedeco.cuda.nvml.nvmlDevice_st;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each call, against a stand-in for the driver's library.
class NvmlLibraryTest {

  private static final String SCRIPT =
      """
      driver 580.95.05
      gpu GPU-0 3 42949672960 5931794432 643825664 NVIDIA A100
      gpu GPU-1 4 85899345920 9000 700 NVIDIA A100-SXM4-80GB
      mig MIG-a GPU-1 1 10200547328 4000 0 NVIDIA A100-SXM4-80GB MIG 1g.10gb
      compute GPU-0 4711 5517606912
      compute GPU-0 4000000000 unknown
      mps GPU-0 4712 1048576
      """;

  private StandIn driver;
  private NvmlLibrary nvml;

  @BeforeEach
  void load() throws IOException {
    driver = StandIn.ofThisProcess(StandIn.Library.NVML);
    driver.script(SCRIPT);
    nvml = NvmlLibrary.load();
    assertThat(nvml.init()).isEqualTo(NvmlReturn.SUCCESS);
  }

  @Test
  void eachValueIsThatOfItsDevice() {
    nvmlDevice_st first = gpu(0);
    assertThat(nvml.driverVersion()).isEqualTo(new NvmlResult.Value<>("580.95.05"));
    assertThat(nvml.count()).isEqualTo(new NvmlResult.Value<>(2));
    assertThat(nvml.uuid(first)).isEqualTo(new NvmlResult.Value<>("GPU-0"));
    assertThat(nvml.name(first)).isEqualTo(new NvmlResult.Value<>("NVIDIA A100"));
    assertThat(nvml.index(first)).isEqualTo(new NvmlResult.Value<>(3));
    assertThat(nvml.uuid(gpu(1))).isEqualTo(new NvmlResult.Value<>("GPU-1"));
    assertThat(nvml.index(gpu(1))).isEqualTo(new NvmlResult.Value<>(4));
    assertThat(nvml.shutdown()).isEqualTo(NvmlReturn.SUCCESS);
  }

  @Test
  void slicesAreThoseOfAGpuInMigMode() {
    nvmlDevice_st divided = gpu(1);
    assertThat(nvml.migMode(divided)).isEqualTo(new NvmlResult.Value<>(true));
    assertThat(nvml.migMode(gpu(0))).isNotEqualTo(new NvmlResult.Value<>(true));
    assertThat(nvml.mostSlices(divided))
        .isInstanceOfSatisfying(
            NvmlResult.Value.class, most -> assertThat((Integer) most.value()).isPositive());
    nvmlDevice_st slice = value(nvml.slice(divided, 1));
    assertThat(nvml.uuid(slice)).isEqualTo(new NvmlResult.Value<>("MIG-a"));
    assertThat(nvml.slice(divided, 0)).isInstanceOf(NvmlResult.Failed.class);
  }

  @Test
  void memoryIsToldWithWhatTheDriverKeeps() {
    assertThat(nvml.memory(gpu(0)))
        .isEqualTo(
            new NvmlResult.Value<>(
                new Memory(42949672960L, 5931794432L, 36374052864L, 643825664L)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"13", "25", "3"})
  void anOlderDriverTellsMemoryInOneFigure(String code) {
    driver.script(SCRIPT + "fail nvmlDeviceGetMemoryInfo_v2 " + code + " * 0\n");
    assertThat(nvml.memory(gpu(0)))
        .isEqualTo(
            new NvmlResult.Value<>(
                new Memory(42949672960L, 5931794432L + 643825664L, 36374052864L, null)));
  }

  @Test
  void anotherCodeIsTheAnswer() {
    driver.script(
        SCRIPT + "fail nvmlDeviceGetMemoryInfo_v2 15 * 0\nfail nvmlDeviceGetName 15 * 0\n");
    assertThat(nvml.memory(gpu(0))).isEqualTo(new NvmlResult.Failed<>(NvmlReturn.of(15)));
    assertThat(nvml.name(gpu(0))).isEqualTo(new NvmlResult.Failed<>(NvmlReturn.of(15)));
  }

  @Test
  void processesAreListedWithWhatIsKnownOfThem() {
    assertThat(nvml.computeProcesses(gpu(0)))
        .isEqualTo(
            new NvmlResult.Value<>(
                List.of(new Listed(4711, 5517606912L), new Listed(4_000_000_000L, null))));
    assertThat(nvml.mpsProcesses(gpu(0)))
        .isEqualTo(new NvmlResult.Value<>(List.of(new Listed(4712, 1048576L))));
    assertThat(nvml.computeProcesses(gpu(1))).isEqualTo(new NvmlResult.Value<>(List.of()));
  }

  @Test
  void aCallThatTheDriverLacksIsReplacedByTheOneBefore() {
    driver.script(SCRIPT + "fail nvmlDeviceGetComputeRunningProcesses_v3 13 * 0\n");
    assertThat(value(nvml.computeProcesses(gpu(0)))).hasSize(2);
    driver.script(SCRIPT + "fail nvmlDeviceGetMPSComputeRunningProcesses_v3 25 * 0\n");
    assertThat(nvml.mpsProcesses(gpu(0)))
        .as("this driver has none")
        .isEqualTo(new NvmlResult.Failed<>(NvmlReturn.FUNCTION_NOT_FOUND));
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 65, 300, 1000})
  void thereIsRoomForAsManyProcessesAsThereAre(int count) {
    var script = new StringBuilder("gpu GPU-0 0 1000000 500 0 A\n");
    for (int pid = 1; pid <= count; pid++) {
      script.append("compute GPU-0 ").append(pid).append(" 1\n");
    }
    driver.script(script.toString());
    List<Listed> listed = value(nvml.computeProcesses(gpu(0)));
    assertThat(listed).hasSize(count);
    assertThat(listed.getLast()).isEqualTo(new Listed(count, 1L));
  }

  private nvmlDevice_st gpu(int index) {
    return value(nvml.handle(index));
  }

  private static <T> T value(NvmlResult<T> result) {
    if (result instanceof NvmlResult.Value<T>(T value)) {
      return value;
    }
    throw new AssertionError(result);
  }
}
