/// Headroom: what each GPU has left once every job on it has reached its peak.
@NullMarked
package dev.headroom.ledger.headroom;

import org.jspecify.annotations.NullMarked;
