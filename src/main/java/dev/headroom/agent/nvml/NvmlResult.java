package dev.headroom.agent.nvml;

/// What one call of NVML came back with.
sealed interface NvmlResult<T> {

  record Value<T>(T value) implements NvmlResult<T> {}

  record Failed<T>(NvmlReturn code) implements NvmlResult<T> {}
}
