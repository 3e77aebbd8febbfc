/// Live jobs: events in, immutable state out.
@NullMarked
package dev.headroom.ledger;

import org.jspecify.annotations.NullMarked;
