/// Bytes of GPU memory, exactly, and the seven categories that a budget divides them into.
@NullMarked
package dev.headroom.memory;

import org.jspecify.annotations.NullMarked;
