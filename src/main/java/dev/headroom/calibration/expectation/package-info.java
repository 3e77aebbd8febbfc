/// What a job is expected to hold: the range of each size that is measured.
@NullMarked
package dev.headroom.calibration.expectation;

import org.jspecify.annotations.NullMarked;
