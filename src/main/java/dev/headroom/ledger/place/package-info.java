/// Where jobs hold memory: ranks, their processes, and the GPUs that these are on.
@NullMarked
package dev.headroom.ledger.place;

import org.jspecify.annotations.NullMarked;
