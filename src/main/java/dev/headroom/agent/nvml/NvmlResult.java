package dev.headroom.agent.nvml;

/// The result of one NVML call: a value, or a return code.
sealed interface NvmlResult<T> {

  record Value<T>(T value) implements NvmlResult<T> {}

  record Failed<T>(NvmlReturn code) implements NvmlResult<T> {}
}
