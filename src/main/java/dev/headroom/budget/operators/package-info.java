/// What each operator of PyTorch allocates, and what it saves for the backward pass.
@NullMarked
package dev.headroom.budget.operators;

import org.jspecify.annotations.NullMarked;
