/// Live jobs: a batch of events and a time in, the next immutable snapshot out.
@NullMarked
package dev.headroom.ledger;

import org.jspecify.annotations.NullMarked;
