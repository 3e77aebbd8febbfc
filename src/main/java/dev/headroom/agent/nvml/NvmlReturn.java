package dev.headroom.agent.nvml;

import java.util.Locale;

/// Every return code of NVML (`nvmlReturn_t` of `nvml.h`), and what it means for a reading.
enum NvmlReturn {
  SUCCESS(0, Meaning.VALUE),
  UNINITIALIZED(1, Meaning.DRIVER_GONE),
  INVALID_ARGUMENT(2, Meaning.ABSENT),
  NOT_SUPPORTED(3, Meaning.ABSENT),
  NO_PERMISSION(4, Meaning.ABSENT),
  ALREADY_INITIALIZED(5, Meaning.ABSENT),
  NOT_FOUND(6, Meaning.ABSENT),
  INSUFFICIENT_SIZE(7, Meaning.ABSENT),
  INSUFFICIENT_POWER(8, Meaning.ABSENT),
  DRIVER_NOT_LOADED(9, Meaning.DRIVER_GONE),
  TIMEOUT(10, Meaning.ABSENT),
  IRQ_ISSUE(11, Meaning.ABSENT),
  LIBRARY_NOT_FOUND(12, Meaning.DRIVER_GONE),
  FUNCTION_NOT_FOUND(13, Meaning.ABSENT),
  CORRUPTED_INFOROM(14, Meaning.ABSENT),
  GPU_IS_LOST(15, Meaning.DEVICE_GONE),
  RESET_REQUIRED(16, Meaning.DEVICE_GONE),
  OPERATING_SYSTEM(17, Meaning.ABSENT),
  LIB_RM_VERSION_MISMATCH(18, Meaning.DRIVER_GONE),
  IN_USE(19, Meaning.ABSENT),
  MEMORY(20, Meaning.ABSENT),
  NO_DATA(21, Meaning.ABSENT),
  VGPU_ECC_NOT_SUPPORTED(22, Meaning.ABSENT),
  INSUFFICIENT_RESOURCES(23, Meaning.ABSENT),
  FREQ_NOT_SUPPORTED(24, Meaning.ABSENT),
  ARGUMENT_VERSION_MISMATCH(25, Meaning.ABSENT),
  DEPRECATED(26, Meaning.ABSENT),
  NOT_READY(27, Meaning.ABSENT),
  GPU_NOT_FOUND(28, Meaning.DEVICE_GONE),
  INVALID_STATE(29, Meaning.ABSENT),
  UNKNOWN(999, Meaning.ABSENT);

  /// What a code says about more than the value that was asked for.
  enum Meaning {
    /// The value is there.
    VALUE,
    /// This value cannot be had; others may.
    ABSENT,
    /// This device does not answer any more.
    DEVICE_GONE,
    /// Nothing answers any more until NVML is initialised again.
    DRIVER_GONE
  }

  private final int code;
  private final Meaning meaning;

  NvmlReturn(int code, Meaning meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  Meaning meaning() {
    return meaning;
  }

  /// The name as a label of a counter.
  String reason() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The return of that code; one that a newer driver invented is `UNKNOWN`.
  static NvmlReturn of(int code) {
    for (NvmlReturn each : values()) {
      if (each.code == code) {
        return each;
      }
    }
    return UNKNOWN;
  }
}
