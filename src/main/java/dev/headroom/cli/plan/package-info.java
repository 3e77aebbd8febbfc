/// The command `headroom plan`: what fits where, as a report or as JSON.
@NullMarked
package dev.headroom.cli.plan;

import org.jspecify.annotations.NullMarked;
