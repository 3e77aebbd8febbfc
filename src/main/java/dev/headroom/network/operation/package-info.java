/// The kinds of layers: one record a kind, with its weights and the shape of its result.
@NullMarked
package dev.headroom.network.operation;

import org.jspecify.annotations.NullMarked;
