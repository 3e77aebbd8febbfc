/// The command `headroom predict`: a prediction as a report or as JSON.
@NullMarked
package dev.headroom.cli.predict;

import org.jspecify.annotations.NullMarked;
