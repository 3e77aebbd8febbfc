/// The command that replays measured runs.
@NullMarked
package dev.headroom.cli.evaluate;

import org.jspecify.annotations.NullMarked;
