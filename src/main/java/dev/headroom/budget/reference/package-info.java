/// What the runs of PyTorch itself have shown, and what of a job they have not.
@NullMarked
package dev.headroom.budget.reference;

import org.jspecify.annotations.NullMarked;
