/// What a job holds step after step, and how that grows.
@NullMarked
package dev.headroom.ledger.growth;

import org.jspecify.annotations.NullMarked;
