/// One writer, immutable snapshots of the ledger.
@NullMarked
package dev.headroom.live;

import org.jspecify.annotations.NullMarked;
