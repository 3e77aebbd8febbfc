package dev.headroom.budget.allocator;

/// The most that an allocator held, each figure at its own time, in bytes.
///
/// @param allocated in blocks in use: `torch.cuda.max_memory_allocated`
/// @param reserved in segments: `torch.cuda.max_memory_reserved`
/// @param segments asked from the device; of the expandable kind one a pool
/// @param inactiveSplit in free blocks that are a part of a segment
public record AllocatorPeaks(long allocated, long reserved, int segments, long inactiveSplit) {}
