package dev.headroom.gpu;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a GPU's hardware can do, as CUDA counts it: `8.0` is the A100's.
public record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability> {

  /// From here on tensor cores compute in bfloat16 (CUDA C++ Programming Guide, section 17.2).
  public static final ComputeCapability BFLOAT16 = new ComputeCapability(8, 0);

  private static final Pattern TEXT = Pattern.compile("(\\d{1,3})\\.(\\d{1,2})");

  /// The one that a text such as `8.0` says.
  ///
  /// @throws IllegalArgumentException where the text is not two numbers with a point between
  public static ComputeCapability of(String text) {
    Matcher numbers = TEXT.matcher(text);
    if (!numbers.matches()) {
      throw new IllegalArgumentException("compute_capability is not such as 8.0: " + text);
    }
    return new ComputeCapability(
        Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
  }

  @Override
  public int compareTo(ComputeCapability other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
