/// Gives jobs their GPUs: best-fit decreasing and what improves on it, beside a lower bound.
@NullMarked
package dev.headroom.plan.placement;

import org.jspecify.annotations.NullMarked;
