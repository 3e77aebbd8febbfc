/// The agent's messages on their way to Kafka, bounded.
@NullMarked
package dev.headroom.agent.publish;

import org.jspecify.annotations.NullMarked;
