/// PyTorch's caching allocator for CUDA: blocks and segments, byte for byte.
@NullMarked
package dev.headroom.budget.allocator;

import org.jspecify.annotations.NullMarked;
