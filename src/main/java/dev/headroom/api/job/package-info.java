/// One job in parts: its history, its layers, its step, its declared config, and runs that ended.
@NullMarked
package dev.headroom.api.job;

import org.jspecify.annotations.NullMarked;
