/// A simulated job: its golden run, its memory over time, its fault.
@NullMarked
package dev.headroom.simulator.job;

import org.jspecify.annotations.NullMarked;
