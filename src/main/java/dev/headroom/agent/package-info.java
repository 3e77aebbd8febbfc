/// Samples real GPUs on a schedule and publishes what it sees.
@NullMarked
package dev.headroom.agent;

import org.jspecify.annotations.NullMarked;
