/// What fits where.
@NullMarked
package dev.headroom.plan;

import org.jspecify.annotations.NullMarked;
