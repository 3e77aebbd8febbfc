package dev.headroom.cli.predict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.KernelTemporaries;
import dev.headroom.budget.LayerCost;
import dev.headroom.budget.MemoryTimeline;
import dev.headroom.budget.Peak;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.iteration.IterationSizes;
import dev.headroom.budget.model.ModelSizes;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.budget.whatif.MemorySavers;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.tensor.DType;
import dev.headroom.plan.change.Remedies;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.plan.fit.Spread;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What people read. A sample takes 10 MiB, or 5 MiB in half precision, which is modelled; 19 of 20
/// jobs stay below 1 MiB more.
class PredictionReportTest {

  private static final LayerConfig CONFIG = config("\"model\": \"small\",");

  private final StringWriter out = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SETUP         | ''  | The peak comes in set-up.",
        "FORWARD       | fc  | The peak comes in the forward pass, at fc.",
        "LOSS          | ''  | The peak comes in the loss.",
        "BACKWARD      | fc  | The peak comes in the backward pass, at fc.",
        "OPTIMIZER_STEP| ''  | The peak comes in the optimizer's step.",
      })
  void saysWhereThePeakIs(IterationPhase phase, String layer, String line) {
    print(CONFIG, budget(40, phase, layer, List.of(), List.of()));
    assertThat(lines()).contains(line, "first (small): training, batch 4, float32, sgd");
  }

  @Test
  void aModelNamedAsTheJobIsNamedOnce() {
    print(config("\"model\": \"first\","), line(CONFIG));
    print(config(""), line(CONFIG));
    assertThat(lines()).filteredOn(it -> it.startsWith("first: training, batch 4")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "50 | it fits, 10.00 MiB are left",
        "41 | it fits, 1.00 MiB are left",
        "40 | it may run out of memory: 0 B are left, fewer than the spread",
        "39 | it does not fit: 1.00 MiB are missing",
      })
  void saysWhetherTheGpuIsLargeEnough(long mebibytes, String answer) {
    report(device(mebibytes)).print(CONFIG, line(CONFIG));
    assertThat(lines()).contains("  box           %d.00 MiB  %s".formatted(mebibytes, answer));
    assertThat(lines())
        .filteredOn(it -> it.equals("What would make it fit on box, the least costly first"))
        .hasSize(mebibytes < 41 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "25 | '      4.00 MiB left  autocast to bfloat16'",
        "25 | '      4.00 MiB left  micro-batches of 2, gradients accumulated over 2'",
        "8  | '      2.00 MiB left  together: autocast to bfloat16; micro-batches of 1, gradients accumulated over 4'",
        "2  | 'No change of its set-up that is known here makes it fit on box.'",
      })
  void saysWhatMakesItFit(long mebibytes, String line) {
    report(device(mebibytes)).print(CONFIG, line(CONFIG));
    assertThat(lines()).contains(line);
  }

  @Test
  void theHeaviestLayersComeFirstAndAlikeOnesOnce() {
    // Given two alike, and eleven that are not
    var layers = new ArrayList<LayerCost>();
    layers.add(layer("block0.fc", 1, 50, 100));
    layers.add(layer("block1.fc", 1, 50, 100));
    for (int i = 0; i < 11; i++) {
      layers.add(layer("c" + (char) ('a' + i), i, 30 - i, 10 + i));
    }

    // When
    print(CONFIG, budget(40, IterationPhase.BACKWARD, "fc", layers, List.of()));
    List<String> training = table();
    out.getBuffer().setLength(0);
    LayerConfig evaluated = CONFIG.withSetup(CONFIG.setup().withMode(RunMode.INFERENCE));
    print(evaluated, budget(40, IterationPhase.FORWARD, "fc", layers, List.of()));
    List<String> inference = table();

    // Then
    assertThat(training)
        .hasSize(11)
        .startsWith(
            "   parameters       saved  at the peak  layer",
            "          1 B       100 B          3 B  block0.fc and 1 like it (linear)",
            "         10 B        20 B          3 B  ck (linear)")
        .endsWith("          2 B        12 B          3 B  cc (linear)");
    assertThat(inference)
        .hasSize(11)
        .startsWith(
            "   parameters      output  layer",
            "          1 B        50 B  block0.fc and 1 like it (linear)");
  }

  @Test
  void whatSavesLessThanAHundredthOrNothingIsLeftOut() {
    print(CONFIG, line(CONFIG));
    assertThat(lines())
        .containsSequence(
            "What would save most on the device",
            "     20.00 MiB   50 %  autocast to bfloat16 (modelled)",
            "     20.00 MiB   50 %  a batch of 2, gradients accumulated over 2");
    out.getBuffer().setLength(0);
    new PredictionReport(
            new PrintWriter(out),
            new TextBars(false),
            Optional.empty(),
            new MemorySavers(_ -> new Unsupported(List.of("x")), DType.BFLOAT16),
            remedies())
        .print(CONFIG, line(CONFIG));
    assertThat(out.toString()).doesNotContain("What would save");
  }

  @Test
  void theCategoriesAreSharesOfTheWhole() {
    print(CONFIG, line(CONFIG));
    assertThat(lines())
        .contains(
            "  feature_maps         10.00 MiB   25 %  ########",
            "  other                30.00 MiB   75 %  #######################",
            "  on the device        40.00 MiB",
            "  tensors             6 B  live tensors",
            "  allocated           7 B  as the allocator's blocks",
            "  reserved            8 B  in 3 segments",
            "                41.00 MiB  19 of 20 such jobs stay below");
    assertThat(lines()).filteredOn(String::isEmpty).hasSize(6);
  }

  @Test
  void saysWhatKernelsMakeForThemselvesWhereTheyDo() {
    print(CONFIG, budget(40, IterationPhase.LOSS, "", List.of(), List.of()));
    assertThat(out.toString()).doesNotContain("kernels");
    print(CONFIG, line(CONFIG));
    assertThat(lines())
        .containsSequence(
            "  kernels             3 B  more reserved on a GPU, and 2 B allocated:",
            "                           buffers that CUDA kernels hold at the peak");
  }

  @Test
  void saysHowFarItIsToBeTrusted() {
    print(CONFIG, line(CONFIG));
    print(CONFIG, budget(40, IterationPhase.LOSS, "", List.of(), List.of("it is large")));
    assertThat(lines())
        .contains(
            "Exact, by rules checked to the byte, but for what the device holds beyond reserved.")
        .containsSequence("Modelled, because", "  it is large", "");
  }

  @Test
  void saysHowManySamplesFit() {
    // Given
    CudaDevice box = device(50);
    Budget modelled = budget(40, IterationPhase.LOSS, "", List.of(), List.of("it is large"));

    // When
    PredictionReport report = report(box);
    report.print(CONFIG, box, new LargestBatch.None(new Unsupported(List.of("x"))));
    report.print(CONFIG, box, new LargestBatch.TooLarge(line(CONFIG)));
    report.print(CONFIG, box, new LargestBatch.Fits(Integer.MAX_VALUE, modelled));

    // Then
    assertThat(lines())
        .containsExactly(
            "first: not even a batch of 1 fits on box (50.00 MiB).",
            "  The device peak is 40.00 MiB; 19 of 20 such jobs stay below 41.00 MiB.",
            "first: a batch of 2147483647 fits on box (50.00 MiB), 2147483648 does not.",
            "  The device peak is 40.00 MiB; 19 of 20 such jobs stay below 41.00 MiB.",
            "Modelled, because",
            "  it is large");
  }

  private void print(LayerConfig config, Budget budget) {
    report(null).print(config, budget);
  }

  private PredictionReport report(@Nullable CudaDevice device) {
    return new PredictionReport(
        new PrintWriter(out),
        new TextBars(false),
        Optional.ofNullable(device),
        new MemorySavers(PredictionReportTest::line, DType.BFLOAT16),
        remedies());
  }

  private static Remedies remedies() {
    return new Remedies(
        new FitCheck(
            PredictionReportTest::line,
            (_, budget, _) ->
                new Spread(
                    budget.peak().reserved(), budget.peak().device(), budget.peak().deviceP95())));
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  /// The heaviest layers, with their header.
  private List<String> table() {
    List<String> all = lines();
    int start = all.indexOf("The heaviest layers") + 1;
    return all.subList(start, start + all.subList(start, all.size()).indexOf(""));
  }

  private static LayerConfig config(String model) {
    return LayerConfigDecoder.read(
        """
        {"schema": "headroom/layer-config/1", "job": "first", %s "batch_size": 4,
         "inputs": [{"name": "x", "shape": [8], "dtype": "float32"}],
         "layers": [{"name": "fc", "type": "linear", "inputs": ["x"],
                     "in_features": 8, "out_features": 2}]}
        """
            .formatted(model)
            .getBytes(UTF_8));
  }

  private static CudaDevice device(long mebibytes) {
    return CudaDevice.whole(GpuModel.ofSize("box", MemorySize.ofMebibytes(mebibytes)));
  }

  private static LayerCost layer(String name, long parameters, long output, long saved) {
    return new LayerCost(
        name,
        "linear",
        new MemorySize(parameters),
        new MemorySize(output),
        new MemorySize(saved),
        new MemorySize(3),
        Confidence.EXACT);
  }

  private static Budget line(LayerConfig config) {
    boolean isHalf = config.setup().precision().isAutocast();
    return budget(
        config.setup().batchSize() * (isHalf ? 5L : 10L),
        IterationPhase.BACKWARD,
        "fc",
        List.of(layer("fc", 72, 32, 128)),
        isHalf ? List.of("half precision") : List.of());
  }

  private static Budget budget(
      long mebibytes,
      IterationPhase phase,
      String layer,
      List<LayerCost> layers,
      List<String> reasons) {
    MemorySize device = MemorySize.ofMebibytes(mebibytes);
    return new Budget(
        new ModelSizes(18, new MemorySize(72), new MemorySize(1)),
        new IterationSizes(
            new MemorySize(2), new MemorySize(4), new MemorySize(3), new MemorySize(5)),
        new Peak(
            new MemorySize(6),
            new MemorySize(7),
            new MemorySize(8),
            device,
            device.plus(MemorySize.ofMebibytes(1)),
            phase,
            layer,
            3,
            MemorySize.ZERO,
            phase == IterationPhase.BACKWARD
                ? new KernelTemporaries(new MemorySize(2), new MemorySize(3))
                : KernelTemporaries.NONE),
        new Budget.Stack(
            Map.of(
                Category.FEATURE_MAPS,
                new MemorySize(device.bytes() / 4),
                Category.OTHER,
                new MemorySize(device.bytes() - device.bytes() / 4)),
            Map.of()),
        layers,
        new MemoryTimeline(List.of()),
        reasons.isEmpty() ? Confidence.EXACT : Confidence.MODELLED,
        reasons);
  }
}
