/// The command `headroom load`: what the monitor takes and what it costs.
@NullMarked
package dev.headroom.cli.load;

import org.jspecify.annotations.NullMarked;
