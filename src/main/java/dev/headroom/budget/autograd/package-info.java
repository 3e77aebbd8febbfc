/// The autograd graph: tensors, nodes, saved tensors, checkpointed segments, autocast.
@NullMarked
package dev.headroom.budget.autograd;

import org.jspecify.annotations.NullMarked;
