package dev.headroom.agent.nvml;

/// What one call of NVML came back with.
sealed interface Answer<T> {

  record Value<T>(T value) implements Answer<T> {}

  record Failed<T>(NvmlReturn code) implements Answer<T> {}
}
