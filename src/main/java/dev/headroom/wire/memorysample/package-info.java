/// The codec of `headroom.memory-samples`, with a fast reader for the usual form.
@NullMarked
package dev.headroom.wire.memorysample;

import org.jspecify.annotations.NullMarked;
