package dev.headroom.cli.predict;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Peak;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.budget.whatif.MemorySavers;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.History;
import dev.headroom.calibration.Prior;
import dev.headroom.cli.option.OptionRange;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.tensor.DType;
import dev.headroom.plan.change.Remedies;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.plan.fit.Spread;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(
    name = "predict",
    description = "What a training job will hold in GPU memory, from its layer config alone.",
    footer = {
      "",
      "Options that change the job answer \"what if\". Sizes are those of one rank.",
      "Exit codes: 0 predicted, 1 the output takes no more, 2 a file or an option is",
      "wrong, 4 a job cannot be predicted; the reason is on standard error."
    },
    mixinStandardHelpOptions = true)
public final class PredictCommand implements Callable<Integer> {

  public static final int CANNOT_WRITE = 1;
  static final int WRONG = 2;
  static final int UNSUPPORTED = 4;

  /// What the decoder says of some other JSON.
  private static final String NO_CONFIG = "schema is missing";

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "CONFIG.json",
      description =
          "Layer configs; - reads standard input. Of a .jsonl file with a job's records the newest"
              + " config of each job.")
  private List<String> files = List.of();

  @Option(names = "--json", description = "One JSON object a line and a file, sizes in bytes.")
  private boolean json;

  @Option(names = "--batch", paramLabel = "N", description = "Another batch size, per rank.")
  private @Nullable Integer batch;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "float32, float64, float16 or bfloat16 for everything, in short fp32, fp64, fp16, bf16;"
              + " autocast-float16 or autocast-bfloat16 over float32 parameters, in short amp,"
              + " amp-bf16.")
  private @Nullable String precision;

  @Option(
      names = "--optimizer",
      paramLabel = "O",
      description =
          "Such as sgd, momentum, adamw, or with options: adamw,amsgrad,fused;"
              + " sgd,momentum=0.9,nesterov.")
  private @Nullable String optimizer;

  @Option(names = "--mode", paramLabel = "M", description = "training or inference.")
  private @Nullable String mode;

  @Option(
      names = "--checkpoint",
      paramLabel = "MODULE",
      split = ",",
      description = "Modules whose forward pass is recomputed; none for none.")
  private @Nullable List<String> checkpoint;

  @Option(
      names = "--input",
      paramLabel = "SHAPE",
      split = ",",
      description =
          "Other input shapes, of one sample: 3x384x384, 256, or with several inputs ids=256.")
  private @Nullable List<String> inputs;

  @Option(
      names = "--strategy",
      paramLabel = "S",
      description = "How ranks share the work: ddp, fsdp, zero1, zero2, zero3; none for one rank.")
  private @Nullable String strategy;

  @Option(names = "--world-size", paramLabel = "N", description = "How many ranks there are.")
  private @Nullable Integer worldSize;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description = "Micro-batches whose gradients an optimizer step accumulates.")
  private @Nullable Integer accumulate;

  @Option(
      names = "--gpu",
      paramLabel = "GPU",
      description =
          "The GPU it runs on: what its context takes, and whether the job fits. Such as A100-40GB,"
              + " H100:3g.40gb, 24GiB.")
  private @Nullable String gpu;

  @Option(
      names = "--largest-batch",
      description = "How many samples at once fit on the GPU of --gpu.")
  private boolean largestBatch;

  @Mixin private final CatalogueOption gpus = new CatalogueOption();

  /// What predicts for a GPU; for any, where it is empty.
  private final Function<Optional<String>, Function<LayerConfig, Prediction>> predictors;

  private final TextBars bars;

  PredictCommand() {
    this(TextBars.forStandardOutput());
  }

  /// By the GPUs that were measured before any job of this cluster.
  PredictCommand(TextBars bars) {
    this(measured(), bars);
  }

  PredictCommand(
      Function<Optional<String>, Function<LayerConfig, Prediction>> predictors, TextBars bars) {
    this.predictors = predictors;
    this.bars = bars;
  }

  private static Function<Optional<String>, Function<LayerConfig, Prediction>> measured() {
    Calibration calibration = new History(Prior.BUILT_IN).calibration();
    return gpu -> new Predictor(calibration.beyondReserved(gpu.orElse("")))::predict;
  }

  /// Prints the answer about one job.
  private interface ReportWriter {

    /// @return why the job cannot be predicted, if it cannot
    Optional<Unsupported> print(String file, LayerConfig config);
  }

  @Override
  public Integer call() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    requireCount("--batch", batch);
    requireCount("--world-size", worldSize);
    requireCount("--accumulate", accumulate);
    WhatIf.Ranks ranks =
        strategy == null && worldSize == null ? null : new WhatIf.Ranks(strategy, worldSize);
    var whatIf =
        new WhatIf(batch, precision, optimizer, mode, checkpoint, inputs, ranks, accumulate);
    ReportWriter answer = answer(line);
    int exit = 0;
    for (String file : files) {
      exit = worse(exit, about(file, whatIf, answer, line.getErr()));
      line.getOut().flush();
      if (StandardOutput.isLost(line.getErr())) {
        return CANNOT_WRITE;
      }
    }
    line.getErr().flush();
    return exit;
  }

  private void requireCount(String option, @Nullable Integer count) {
    if (count != null) {
      OptionRange.of(spec).require(option, count, 1, Integer.MAX_VALUE);
    }
  }

  private static int about(String file, WhatIf whatIf, ReportWriter answer, PrintWriter err) {
    int exit = 0;
    try {
      for (byte[] json : ConfigFile.read(file)) {
        LayerConfig config = whatIf.applied(LayerConfigDecoder.read(json));
        Optional<Unsupported> none = answer.print(file, config);
        none.ifPresent(
            it -> it.reasons().forEach(why -> err.println(file + ": unsupported: " + why)));
        exit = worse(exit, none.isPresent() ? UNSUPPORTED : 0);
      }
      return exit;
    } catch (IOException e) {
      err.println(file + ": " + FileErrors.reason(e));
    } catch (IllegalArgumentException e) {
      err.println(file + ": " + e.getMessage());
      if (NO_CONFIG.equals(e.getMessage())) {
        err.println("  It is no layer config. 'headroom capture' writes one: docs/predict.md");
      }
    }
    return WRONG;
  }

  /// What is wrong with a file comes before what cannot be predicted.
  private static int worse(int one, int other) {
    return one == WRONG || other == WRONG ? WRONG : Math.max(one, other);
  }

  /// What the budget itself says: it was predicted for the GPU that is asked.
  private static Spread spread(LayerConfig config, Budget budget, GpuModel gpu) {
    Peak peak = budget.peak();
    return new Spread(peak.expectedReserved(), peak.device(), peak.deviceP95());
  }

  private ReportWriter answer(CommandLine line) {
    PrintWriter out = line.getOut();
    Optional<CudaDevice> device = Optional.ofNullable(gpu).map(gpus::device);
    Function<LayerConfig, Prediction> predict =
        predictors.apply(device.map(on -> on.model().name()));
    DType half = device.map(CudaDevice::hasBfloat16).orElse(true) ? DType.BFLOAT16 : DType.FLOAT16;
    var report =
        new PredictionReport(
            out,
            bars,
            device,
            new MemorySavers(predict, half),
            new Remedies(new FitCheck(predict, PredictCommand::spread)));
    if (largestBatch) {
      CudaDevice wanted =
          device.orElseThrow(() -> new ParameterException(line, "--largest-batch needs --gpu"));
      return (file, config) -> {
        LargestBatch largest = LargestBatch.of(config, wanted.usable(), predict);
        if (json) {
          out.println(PredictionJson.line(file, config, wanted, largest));
        }
        return switch (largest) {
          case LargestBatch.None(Unsupported why) -> Optional.of(why);
          case LargestBatch.TooLarge _, LargestBatch.Fits _ -> {
            if (!json) {
              report.print(config, wanted, largest);
            }
            yield Optional.empty();
          }
        };
      };
    }
    return (file, config) -> {
      Prediction prediction = predict.apply(config);
      if (json) {
        out.println(PredictionJson.line(file, config, prediction));
      }
      return switch (prediction) {
        case Unsupported none -> Optional.of(none);
        case Budget budget -> {
          if (!json) {
            report.print(config, budget);
          }
          yield Optional.empty();
        }
      };
    };
  }
}
