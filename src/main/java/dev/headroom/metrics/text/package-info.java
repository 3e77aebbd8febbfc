/// Writes metric families in Prometheus' text formats.
@NullMarked
package dev.headroom.metrics.text;

import org.jspecify.annotations.NullMarked;
