/// The live page.
@NullMarked
package dev.headroom.dashboard;

import org.jspecify.annotations.NullMarked;
