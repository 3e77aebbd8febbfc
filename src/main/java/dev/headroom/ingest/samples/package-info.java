/// The consumer group of the memory samples: partitions, checkpoints, expiry.
@NullMarked
package dev.headroom.ingest.samples;

import org.jspecify.annotations.NullMarked;
