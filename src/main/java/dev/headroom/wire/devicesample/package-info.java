/// The codec of `headroom.device-samples`.
@NullMarked
package dev.headroom.wire.devicesample;

import org.jspecify.annotations.NullMarked;
