/// The codec of `headroom.layer-configs`.
@NullMarked
package dev.headroom.wire.layerconfig;

import org.jspecify.annotations.NullMarked;
