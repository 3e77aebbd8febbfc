package dev.headroom.budget;

import dev.headroom.network.Framework;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What autograd saves where PyTorch's versions differ; everything else is as in the newest.
///
/// @param meanInput a mean saves its input, only to know its sizes: seen in 1.13, not in 2.15
/// @param frozenConvolutionInput a convolution with a frozen weight saves its input nonetheless:
///     seen in 1.13, reported of 2.4 (pytorch's issue 133566), not seen in 2.15
record SavedTensors(boolean meanInput, boolean frozenConvolutionInput) {

  static final SavedTensors NEWEST = new SavedTensors(false, false);

  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\D.*)?");

  static SavedTensors of(Framework framework) {
    Matcher version = VERSION.matcher(framework.version());
    if (!framework.name().equals("pytorch") || !version.matches()) {
      return NEWEST;
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    return new SavedTensors(major < 2, major < 2 || (major == 2 && minor <= 4));
  }
}
