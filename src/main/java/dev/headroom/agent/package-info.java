/// The node agent: samples all GPUs on a schedule and publishes what is due.
@NullMarked
package dev.headroom.agent;

import org.jspecify.annotations.NullMarked;
