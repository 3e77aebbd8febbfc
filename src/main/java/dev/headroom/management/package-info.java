/// The port of its own on which probes and scrapes can be answered, away from people.
@NullMarked
package dev.headroom.management;

import org.jspecify.annotations.NullMarked;
