/// Which partitions of the samples are owned: a state machine of values, without Kafka's client.
@NullMarked
package dev.headroom.ingest.ownership;

import org.jspecify.annotations.NullMarked;
