package dev.headroom.network.setup;

import java.util.List;

/// The framework that trains, as the job names it; version and toolkit empty where unknown.
///
/// @param name `pytorch`, …; empty where unknown
/// @param version such as `2.15.0`; empty where unknown
/// @param cuda the CUDA toolkit's version; empty where unknown
public record Framework(String name, String version, String cuda) {

  public static final Framework UNKNOWN = new Framework("", "", "");

  private static final List<String> PREALLOCATING =
      List.of("jax", "jaxlib", "flax", "tensorflow", "keras", "xla");

  /// Whether it takes most of a device at its start, as JAX and TensorFlow do, and what stands on
  /// them: `keras`, `flax` and `pytorch/xla` too. Each scrape asks it of each job several times.
  public boolean preallocates() {
    int start = 0;
    for (int end = 0; end <= name.length(); end++) {
      if (end == name.length() || !Character.isLetter(name.charAt(end))) {
        if (isPreallocating(start, end - start)) {
          return true;
        }
        start = end + 1;
      }
    }
    return false;
  }

  private boolean isPreallocating(int start, int length) {
    for (String word : PREALLOCATING) {
      if (word.length() == length && name.regionMatches(true, start, word, 0, length)) {
        return true;
      }
    }
    return false;
  }

  public boolean isKnown() {
    return !name.isEmpty() && !version.isEmpty();
  }
}
