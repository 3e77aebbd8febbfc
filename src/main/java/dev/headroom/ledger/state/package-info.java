/// The state of one job and of one GPU: immutable records.
@NullMarked
package dev.headroom.ledger.state;

import org.jspecify.annotations.NullMarked;
