/// The HTTP API: jobs, GPUs, predictions and events.
@NullMarked
package dev.headroom.api;

import org.jspecify.annotations.NullMarked;
