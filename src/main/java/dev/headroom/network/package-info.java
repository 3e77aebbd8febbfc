/// What a training job says it trains: the layer graph, its shapes, and the training set-up.
@NullMarked
package dev.headroom.network;

import org.jspecify.annotations.NullMarked;
