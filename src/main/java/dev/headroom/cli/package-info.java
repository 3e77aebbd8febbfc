/// The command `headroom`: one subcommand a role.
@NullMarked
package dev.headroom.cli;

import org.jspecify.annotations.NullMarked;
