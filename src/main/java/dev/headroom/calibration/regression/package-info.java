/// A robust straight line that begins with a belief and is corrected by examples.
@NullMarked
package dev.headroom.calibration.regression;

import org.jspecify.annotations.NullMarked;
