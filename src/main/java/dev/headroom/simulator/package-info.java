/// A seeded cluster of training jobs that speaks to the monitor only through Kafka.
@NullMarked
package dev.headroom.simulator;

import org.jspecify.annotations.NullMarked;
