/// How ingestion goes: outcomes, lags, delays and the reasons not to be ready.
@NullMarked
package dev.headroom.status;

import org.jspecify.annotations.NullMarked;
