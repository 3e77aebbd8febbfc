/// The command `headroom demo`: broker, monitor and simulated cluster on this machine.
@NullMarked
package dev.headroom.cli.demo;

import org.jspecify.annotations.NullMarked;
