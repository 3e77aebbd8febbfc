/// The one newest snapshot of the ledger, and the predictor of the moment.
@NullMarked
package dev.headroom.live;

import org.jspecify.annotations.NullMarked;
