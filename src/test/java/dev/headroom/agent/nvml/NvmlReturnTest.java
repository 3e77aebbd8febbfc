package dev.headroom.agent.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.agent.nvml.NvmlReturn.Meaning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NvmlReturnTest {

  @Test
  void everyCodeOfNvmlIsKnown() {
    for (int code = 0; code < 30; code++) {
      assertThat(NvmlReturn.of(code).code()).isEqualTo(code);
    }
    assertThat(NvmlReturn.of(999)).isEqualTo(NvmlReturn.UNKNOWN);
    assertThat(NvmlReturn.of(30)).isEqualTo(NvmlReturn.UNKNOWN);
    assertThat(NvmlReturn.of(-1)).isEqualTo(NvmlReturn.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "0, VALUE, success",
    "1, DRIVER_GONE, uninitialized",
    "3, ABSENT, not_supported",
    "4, ABSENT, no_permission",
    "9, DRIVER_GONE, driver_not_loaded",
    "12, DRIVER_GONE, library_not_found",
    "13, ABSENT, function_not_found",
    "15, DEVICE_GONE, gpu_is_lost",
    "16, DEVICE_GONE, reset_required",
    "18, DRIVER_GONE, lib_rm_version_mismatch",
    "28, DEVICE_GONE, gpu_not_found",
    "999, ABSENT, unknown"
  })
  void saysWhatACodeMeansForTheRest(int code, Meaning meaning, String reason) {
    assertThat(NvmlReturn.of(code).meaning()).isEqualTo(meaning);
    assertThat(NvmlReturn.of(code).reason()).isEqualTo(reason);
  }
}
