package dev.headroom.client;

import java.util.Optional;

/** Reads the memory of the GPU that this process computes on. */
interface GpuMemory {

  /** Device memory at one instant, in bytes. */
  record Reading(String gpu, long usedBytes, long totalBytes) {}

  /**
   * Reads it now; empty while this process does not use a GPU yet.
   *
   * @throws NoGpuException if it never will
   */
  Optional<Reading> read() throws NoGpuException;

  /** There is no GPU, or no way to read it: the message says which. */
  final class NoGpuException extends Exception {
    NoGpuException(String message) {
      super(message);
    }
  }
}
