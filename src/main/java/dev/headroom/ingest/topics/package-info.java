/// The topics and the consumer group as the broker describes them.
@NullMarked
package dev.headroom.ingest.topics;

import org.jspecify.annotations.NullMarked;
