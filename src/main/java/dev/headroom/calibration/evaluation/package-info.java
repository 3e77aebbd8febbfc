/// How right the predictions of a calibration would have been for runs that were measured.
@NullMarked
package dev.headroom.calibration.evaluation;

import org.jspecify.annotations.NullMarked;
