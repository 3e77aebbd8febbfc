/// What reporters and agents measure: samples of ranks and of GPUs, within the bounds of the
/// contract.
@NullMarked
package dev.headroom.sample;

import org.jspecify.annotations.NullMarked;
