package dev.headroom.calibration;

/// Where a forecast comes from.
///
/// @param isMeasuredGpu whether the GPU is one of those that the prior was made from
/// @param jobs of the GPU model that are remembered
/// @param jobsOfRelease of those, how many ran with the same framework release
/// @param runs of the same network on that GPU model that are remembered
public record Knowledge(
    JobKind kind, boolean isMeasuredGpu, int jobs, int jobsOfRelease, int runs) {

  /// For people: `learned from 41 jobs on A100-40GB, 30 of them with pytorch 2.15; 2 runs of this
  /// model`.
  @Override
  public String toString() {
    String gpu = kind.gpuModel().isEmpty() ? "an unknown GPU" : kind.gpuModel();
    if (jobs == 0) {
      return isMeasuredGpu
          ? "no job on %s was measured yet; published measurements of that GPU".formatted(gpu)
          : "no job on %s was measured yet; published measurements of six other GPUs"
              .formatted(gpu);
    }
    var text = new StringBuilder("learned from ").append(counted(jobs, "job"));
    text.append(" on ").append(gpu);
    if (!kind.release().isEmpty()) {
      text.append(jobsOfRelease == jobs ? ", " : ", %d of them with ".formatted(jobsOfRelease));
      text.append(jobsOfRelease == jobs ? "all with " : "").append(kind.release());
    }
    return text.append("; ").append(counted(runs, "run")).append(" of this model").toString();
  }

  private static String counted(int number, String what) {
    return "%d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }
}
