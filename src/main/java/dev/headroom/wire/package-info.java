/// The Kafka messages, versioned: the only JSON of the topics.
@NullMarked
package dev.headroom.wire;

import org.jspecify.annotations.NullMarked;
