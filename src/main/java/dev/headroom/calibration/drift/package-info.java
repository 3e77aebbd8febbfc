/// Why a job holds other than was predicted: the job predicted again, under what-ifs.
@NullMarked
package dev.headroom.calibration.drift;

import org.jspecify.annotations.NullMarked;
