package dev.headroom.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.MemorySize;
import java.time.Instant;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each field is checked, by its own name.
class DeviceSampleTest {

  private static final MemorySize TOO_LARGE = new MemorySize((1L << 50) + 1);

  @ParameterizedTest
  @CsvSource({
    "gpu, gpu is not",
    "host, host is not",
    "time, time is not",
    "total, total_bytes > 2^50",
    "used, used_bytes > 2^50",
    "index, index < 0: -1",
    "model, model has a character",
    "driver, driver has a character",
    "migProfile, mig_profile has a character",
    "driverReserved, driver_reserved_bytes > 2^50",
    "free, free_bytes > 2^50"
  })
  void refusesWhatIsOutOfRange(String field, String why) {
    assertThatThrownBy(() -> sample(field, 0)).hasMessageStartingWith(why);
  }

  @Test
  void listsABoundedNumberOfProcesses() {
    assertThat(sample("", 1024).processes()).hasSize(1024);
    assertThatThrownBy(() -> sample("", 1025)).hasMessage("processes > 1024: 1025");
  }

  private static DeviceSample sample(String wrong, int processes) {
    MemorySize used = new MemorySize(1);
    return new DeviceSample(
        wrong.equals("gpu") ? "GPU 1" : "GPU-1",
        wrong.equals("host") ? "a b" : "node-1",
        wrong.equals("time") ? Instant.EPOCH : Instant.parse("2026-11-23T21:00:00Z"),
        wrong.equals("total") ? TOO_LARGE : used,
        wrong.equals("used") ? TOO_LARGE : used,
        wrong.equals("index") ? -1 : 0,
        wrong.equals("model") ? "\n" : "NVIDIA A100",
        wrong.equals("driver") ? "\n" : "570.1",
        wrong.equals("migProfile") ? "\n" : null,
        wrong.equals("driverReserved") ? TOO_LARGE : null,
        wrong.equals("free") ? TOO_LARGE : null,
        Collections.nCopies(processes, new GpuProcess(1, used, null, null)));
  }
}
