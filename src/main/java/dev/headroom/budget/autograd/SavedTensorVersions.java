package dev.headroom.budget.autograd;

import dev.headroom.network.setup.Framework;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What autograd saves where PyTorch's versions differ; everything else is as in the newest.
///
/// @param meanInput a mean saves its input, only to know its sizes: seen in 1.13, not in 2.15
/// @param softmaxInput softmax and its logarithm save their input beside their result: until 1.10,
///     by `_softmax_backward_data(grad, result, dim, self)` in `derivatives.yaml`
public record SavedTensorVersions(boolean meanInput, boolean softmaxInput) {

  static final SavedTensorVersions NEWEST = new SavedTensorVersions(false, false);

  private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\D.*)?");

  public static SavedTensorVersions of(Framework framework) {
    Matcher version = VERSION.matcher(framework.version());
    if (!framework.name().equals("pytorch") || !version.matches()) {
      return NEWEST;
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    return new SavedTensorVersions(major < 2, major < 1 || (major == 1 && minor <= 10));
  }
}
