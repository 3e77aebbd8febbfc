/// What memory a job holds beyond its tensors, learned from jobs that were measured.
@NullMarked
package dev.headroom.calibration;

import org.jspecify.annotations.NullMarked;
