/// Reads GPUs, MIG slices and their processes through NVML, without a CUDA context.
@NullMarked
package dev.headroom.agent.nvml;

import org.jspecify.annotations.NullMarked;
