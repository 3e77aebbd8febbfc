/// How right predictions were, over HTTP.
@NullMarked
package dev.headroom.api.accuracy;

import org.jspecify.annotations.NullMarked;
