/// The snapshot and the budget model over REST.
@NullMarked
package dev.headroom.api;

import org.jspecify.annotations.NullMarked;
