/// The commands of the launcher.
@NullMarked
package dev.headroom.cli;

import org.jspecify.annotations.NullMarked;
