/// The state that a job is in, and the rule of each state.
@NullMarked
package dev.headroom.ledger.condition;

import org.jspecify.annotations.NullMarked;
