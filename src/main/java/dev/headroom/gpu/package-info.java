/// Kinds of GPU: the memory that they have, and how MIG divides it.
@NullMarked
package dev.headroom.gpu;

import org.jspecify.annotations.NullMarked;
