/// Shapes, element types and broadcasting of the values that layers exchange.
@NullMarked
package dev.headroom.network.tensor;

import org.jspecify.annotations.NullMarked;
