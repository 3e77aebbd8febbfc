package dev.headroom.gpu;

import dev.headroom.memory.MemorySize;
import java.util.List;

/// A GPU instance that MIG can make of a GPU.
///
/// @param name such as `3g.20gb`
/// @param computeSlices of the GPU's compute slices
/// @param memorySlices of the GPU's memory slices, one after the other
/// @param usable what one process in it can have
/// @param starts the memory slices that it may begin at, in order
/// @param most how many instances of it a GPU can have
public record MigProfile(
    String name,
    int computeSlices,
    int memorySlices,
    MemorySize usable,
    List<Integer> starts,
    int most) {

  public MigProfile {
    starts = List.copyOf(starts);
    if (computeSlices < 1 || memorySlices < 1 || most < 1 || starts.isEmpty()) {
      throw new IllegalArgumentException("MIG profile takes no slice: " + name);
    }
  }
}
