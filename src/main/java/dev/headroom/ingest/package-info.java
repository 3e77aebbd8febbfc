/// Kafka in: channels, dead letters, health.
@NullMarked
package dev.headroom.ingest;

import org.jspecify.annotations.NullMarked;
