package dev.headroom.agent.nvml;

/// Says in one sentence why NVML did not start, and what to do about it.
final class NvmlAdvice {
  private NvmlAdvice() {}

  static String of(NvmlReturn code) {
    if (code == NvmlReturn.LIBRARY_NOT_FOUND) {
      return NvmlLibrary.FILE
          + " is not here: install the NVIDIA driver, or run this container with the NVIDIA"
          + " runtime and NVIDIA_DRIVER_CAPABILITIES=utility";
    }
    if (code == NvmlReturn.DRIVER_NOT_LOADED) {
      return "the NVIDIA kernel module is not loaded: run 'modprobe nvidia' and see 'dmesg'";
    }
    if (code == NvmlReturn.LIB_RM_VERSION_MISMATCH) {
      return "the NVIDIA kernel module and "
          + NvmlLibrary.FILE
          + " are of different versions: a driver was updated; reload the module or reboot, then"
          + " start the agent again";
    }
    if (code == NvmlReturn.NO_PERMISSION || code == NvmlReturn.OPERATING_SYSTEM) {
      return "this user may not open the GPUs: give the agent access to /dev/nvidiactl and"
          + " /dev/nvidia*";
    }
    return "NVML does not start ("
        + code.reason()
        + "): 'nvidia-smi' on this host should say the same and 'dmesg' why";
  }
}
