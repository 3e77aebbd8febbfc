/// The contract on Kafka: topics, how clients connect, and what decoding a record gives.
@NullMarked
package dev.headroom.wire;

import org.jspecify.annotations.NullMarked;
