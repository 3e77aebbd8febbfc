/// Reads GPUs through CUDA's driver API where there is no NVML, at the price of a context on each.
@NullMarked
package dev.headroom.agent.cuda;

import org.jspecify.annotations.NullMarked;
