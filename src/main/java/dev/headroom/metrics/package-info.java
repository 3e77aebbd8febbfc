/// What Prometheus scrapes: every metric of jobs, GPUs and the monitor.
@NullMarked
package dev.headroom.metrics;

import org.jspecify.annotations.NullMarked;
