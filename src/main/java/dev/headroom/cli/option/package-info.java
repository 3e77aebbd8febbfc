/// What options of several commands have in common.
@NullMarked
package dev.headroom.cli.option;

import org.jspecify.annotations.NullMarked;
