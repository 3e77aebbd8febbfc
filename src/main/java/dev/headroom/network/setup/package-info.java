/// How a job trains: batch size, precision, optimizer, gradients, parallelism, checkpointing.
@NullMarked
package dev.headroom.network.setup;

import org.jspecify.annotations.NullMarked;
