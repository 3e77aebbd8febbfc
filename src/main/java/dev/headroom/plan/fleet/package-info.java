/// What there is to place jobs on, and the jobs that want a place.
@NullMarked
package dev.headroom.plan.fleet;

import org.jspecify.annotations.NullMarked;
