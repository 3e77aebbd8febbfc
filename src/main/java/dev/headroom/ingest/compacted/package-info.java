/// The reader of a compacted topic, from its beginning.
@NullMarked
package dev.headroom.ingest.compacted;

import org.jspecify.annotations.NullMarked;
