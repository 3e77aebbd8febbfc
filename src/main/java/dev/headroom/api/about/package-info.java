/// The page's files, and what it has to know of the monitor.
@NullMarked
package dev.headroom.api.about;

import org.jspecify.annotations.NullMarked;
