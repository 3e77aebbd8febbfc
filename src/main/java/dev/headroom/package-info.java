/// Headroom: what should be in a GPU's memory, what really is, and how much is left.
///
/// Start reading at {@code network} (what a job says it trains), then {@code budget} (what that
/// costs), then {@code ledger} (what is measured beside it). Everything else carries data to these
/// three or shows what they say.
@NullMarked
package dev.headroom;

import org.jspecify.annotations.NullMarked;
