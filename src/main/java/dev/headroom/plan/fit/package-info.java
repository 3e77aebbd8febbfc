/// Whether a job fits on a GPU or a slice, and how surely.
@NullMarked
package dev.headroom.plan.fit;

import org.jspecify.annotations.NullMarked;
