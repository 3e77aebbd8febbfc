/// What a training job costs in GPU memory: storages, liveness, the caching allocator, the rest.
@NullMarked
package dev.headroom.budget;

import org.jspecify.annotations.NullMarked;
