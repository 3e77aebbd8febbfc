/// The events that the ledger folds: one record a kind.
@NullMarked
package dev.headroom.ledger.event;

import org.jspecify.annotations.NullMarked;
