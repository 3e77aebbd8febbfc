/// What CUDA kernels take from the allocator for themselves, by the shapes that they are given.
@NullMarked
package dev.headroom.budget.kernels;

import org.jspecify.annotations.NullMarked;
