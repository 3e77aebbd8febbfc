/// What jobs held over the last hour, and the runs that ended over the last days; in memory.
@NullMarked
package dev.headroom.history;

import org.jspecify.annotations.NullMarked;
