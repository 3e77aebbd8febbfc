/// What a probe of GPUs reads: devices, processes, and what could not be read.
@NullMarked
package dev.headroom.agent.probe;

import org.jspecify.annotations.NullMarked;
