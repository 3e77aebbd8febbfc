/// What a GPU holds beyond the segments of PyTorch's allocator: CUDA context, libraries,
/// workspaces.
@NullMarked
package dev.headroom.budget.device;

import org.jspecify.annotations.NullMarked;
