/// The snapshot as Prometheus metrics.
@NullMarked
package dev.headroom.metrics;

import org.jspecify.annotations.NullMarked;
