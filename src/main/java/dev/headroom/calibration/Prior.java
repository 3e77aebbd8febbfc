package dev.headroom.calibration;

import dev.headroom.budget.device.CublasWorkspaces;
import dev.headroom.calibration.regression.Belief;
import dev.headroom.calibration.regression.Coefficients;
import dev.headroom.calibration.regression.ErrorScale;
import dev.headroom.calibration.regression.Scores.Score;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What is believed of a GPU before one of its jobs was measured.
///
/// Made from three measured sets of training runs, the first two in float32:
///
/// - 2,100 runs of 478 timm networks on an A100-40GB: itu-rad/GPUMemNet,
///   `Related_works/FakeTensor/fake_tensor.xlsx`
/// - 240 runs of 12 torchvision networks on five GPUs: SchedTune's `model_stats.csv`, as copied in
///   Stone-ResearchLife/xMem
/// - 52 runs of 14 networks on an H100, in float32 and under autocast to bfloat16:
///   docs/hardware/h100-80gb-580.159.04/measured.csv. It alone has allocated and reserved peaks,
///   too.
///
/// Each GPU's line is the one that `headroom evaluate` prints as fitted to all its rows.
public enum Prior {
  /// No GPU is known: the spread of those that were measured.
  UNKNOWN_GPU,
  /// The GPUs that were measured are known, another one is as any.
  BUILT_IN;

  /// Context and libraries of a GPU that nobody measured: the middle of the first six, and the
  /// spread in which a seventh is expected (for the intercept by Student's distribution for six).
  /// The H100 is within it.
  private static final Belief DEVICE =
      Belief.of(new Coefficients(1205, 1.02, 0.83), new Coefficients(575, 0.025, 1.08));

  /// How far another driver, framework or script moves a line that was measured on the same GPU.
  private static final Coefficients ELSEWHERE = new Coefficients(200, 0.015, 0.5);

  private static final String H100 = "H100-80GB";

  private static final Map<String, Belief> MEASURED =
      Map.of(
          H100,
          measured(855, 0.995, 0.87),
          "A100-40GB",
          measured(1744, 1.032, 2.09),
          "K80",
          measured(415, 1.005, 1.73),
          "V100-16GB",
          measured(1291, 1.023, -0.21),
          "RTX2070S",
          measured(1182, 0.953, 0.94),
          "RTX3070",
          measured(1258, 1.020, -0.06),
          "RTX3090",
          measured(1347, 1.026, 0.26));

  /// The H100's lines of what the allocator holds, its cuBLAS' workspaces left out.
  private static final Coefficients ALLOCATED = new Coefficients(8, 0.998, 0.09);

  private static final Coefficients RESERVED = new Coefficients(25, 0.995, 0.9);

  /// How far another GPU moves the allocator's lines. One GPU was measured, so this is assumed.
  private static final Coefficients ALLOCATED_ELSEWHERE = new Coefficients(10, 0.005, 0.3);

  private static final Coefficients RESERVED_ELSEWHERE = new Coefficients(16, 0.01, 0.5);

  /// What each fortieth of the runs of both sets was away from the line of its GPU, in usual sizes
  /// of an error.
  private static final double[] MEASURED_SCORES = {
    -8.70, -3.58, -2.64, -2.27, -1.93, -1.66, -1.48, -1.29, -1.13, -0.97,
    -0.84, -0.70, -0.62, -0.54, -0.45, -0.38, -0.31, -0.20, -0.12, -0.03,
    0.04, 0.13, 0.20, 0.31, 0.45, 0.55, 0.67, 0.82, 0.96, 1.18,
    1.35, 1.57, 1.85, 2.18, 2.56, 3.22, 3.94, 5.28, 8.15, 42.09
  };

  /// For how many jobs of a GPU the measured sets stand in the distribution of errors.
  private static final double WORTH = 30;

  /// The same of sizes that were measured on one GPU only.
  private static final double WORTH_OF_ONE_GPU = 6;

  Belief belief(String gpuModel, MeasuredSize size) {
    return switch (size) {
      case ALLOCATED -> ofAllocator(gpuModel, size, ALLOCATED, ALLOCATED_ELSEWHERE);
      case RESERVED -> ofAllocator(gpuModel, size, RESERVED, RESERVED_ELSEWHERE);
      case PROCESS, DEVICE ->
          switch (this) {
            case UNKNOWN_GPU -> DEVICE;
            case BUILT_IN -> MEASURED.getOrDefault(gpuModel, DEVICE);
          };
    };
  }

  /// Whether a GPU is among those that were measured.
  boolean knows(String gpuModel) {
    return this == BUILT_IN && MEASURED.containsKey(gpuModel);
  }

  /// The usual size of an error of a line: half of all runs of its set are nearer.
  public static ErrorScale scale(MeasuredSize size) {
    return switch (size) {
      case ALLOCATED -> new ErrorScale(1, 0.004);
      case RESERVED -> new ErrorScale(2, 0.01);
      case PROCESS, DEVICE -> new ErrorScale(10, 0.022);
    };
  }

  /// The errors that are expected of a size, in usual sizes of one.
  static List<Score> scores(MeasuredSize size) {
    double worth =
        switch (size) {
          case ALLOCATED, RESERVED -> WORTH_OF_ONE_GPU;
          case PROCESS, DEVICE -> WORTH;
        };
    return Arrays.stream(MEASURED_SCORES)
        .mapToObj(value -> new Score(value, worth / MEASURED_SCORES.length))
        .toList();
  }

  /// How far the lines of a model's runs are from that of all jobs.
  static Coefficients amongModels(MeasuredSize size) {
    return switch (size) {
      case ALLOCATED -> new Coefficients(8, 0.004, 0.3);
      case RESERVED -> new Coefficients(16, 0.008, 0.5);
      case PROCESS, DEVICE -> new Coefficients(150, 0.03, 0.5);
    };
  }

  /// How far the lines of framework releases are apart.
  static Coefficients amongReleases(MeasuredSize size) {
    return switch (size) {
      case ALLOCATED -> new Coefficients(8, 0.002, 0.2);
      case RESERVED -> new Coefficients(16, 0.004, 0.3);
      case PROCESS, DEVICE -> new Coefficients(150, 0.01, 0.3);
    };
  }

  /// A GPU that was measured differs from the line by another release of the framework only.
  private Belief ofAllocator(
      String gpuModel, MeasuredSize size, Coefficients line, Coefficients elsewhere) {
    double cublas = PredictedPeak.mebibytes(CublasWorkspaces.ofTraining(gpuModel));
    var own = new Coefficients(cublas + line.intercept(), line.slope(), line.workspaces());
    return Belief.of(
        own, this == BUILT_IN && gpuModel.equals(H100) ? amongReleases(size) : elsewhere);
  }

  private static Belief measured(double intercept, double slope, double workspaces) {
    return Belief.of(new Coefficients(intercept, slope, workspaces), ELSEWHERE);
  }
}
