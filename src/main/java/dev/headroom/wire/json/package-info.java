/// JSON, names and times of all messages: bounded readers and writers.
@NullMarked
package dev.headroom.wire.json;

import org.jspecify.annotations.NullMarked;
