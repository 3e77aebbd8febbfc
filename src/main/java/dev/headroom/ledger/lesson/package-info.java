/// What a run that has settled teaches, and how right its prediction was.
@NullMarked
package dev.headroom.ledger.lesson;

import org.jspecify.annotations.NullMarked;
