/// The live fleet as plans see it: what is free, committed, wasted and at risk.
@NullMarked
package dev.headroom.plan.live;

import org.jspecify.annotations.NullMarked;
