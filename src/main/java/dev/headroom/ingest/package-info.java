/// Kafka in: whole topics followed, samples shared by a group, dead letters, readiness.
@NullMarked
package dev.headroom.ingest;

import org.jspecify.annotations.NullMarked;
