/// What history teaches about the memory that no layer explains.
@NullMarked
package dev.headroom.calibration;

import org.jspecify.annotations.NullMarked;
