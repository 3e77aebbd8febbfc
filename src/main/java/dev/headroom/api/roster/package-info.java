/// The jobs of a snapshot in the order that is asked for, filtered and in pages.
@NullMarked
package dev.headroom.api.roster;

import org.jspecify.annotations.NullMarked;
