/// Server-sent events: what a page watches, whole at first and then only what changed.
@NullMarked
package dev.headroom.api.events;

import org.jspecify.annotations.NullMarked;
