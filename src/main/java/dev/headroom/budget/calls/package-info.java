/// Calls of the framework that a config shows as several layers, and what autocast casts for them.
@NullMarked
package dev.headroom.budget.calls;

import org.jspecify.annotations.NullMarked;
