/// The files and requests that plans are made from: GPUs, fleets, lists of jobs.
@NullMarked
package dev.headroom.wire.plan;

import org.jspecify.annotations.NullMarked;
