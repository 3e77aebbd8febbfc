/// Storages, and the log of their allocations and releases.
@NullMarked
package dev.headroom.budget.trace;

import org.jspecify.annotations.NullMarked;
