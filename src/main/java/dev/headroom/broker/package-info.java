/// The real Kafka broker as a child process, for the demo and for tests.
@NullMarked
package dev.headroom.broker;

import org.jspecify.annotations.NullMarked;
