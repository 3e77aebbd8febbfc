/// The same job in another set-up: the largest batch that fits, and what would lower the peak.
@NullMarked
package dev.headroom.budget.whatif;

import org.jspecify.annotations.NullMarked;
