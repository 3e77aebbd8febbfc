/// A training iteration as PyTorch runs it: forward pass, backward pass, optimizer step.
@NullMarked
package dev.headroom.budget.iteration;

import org.jspecify.annotations.NullMarked;
