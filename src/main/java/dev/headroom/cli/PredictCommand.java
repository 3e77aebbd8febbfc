package dev.headroom.cli;

import dev.headroom.budget.Budget;
import dev.headroom.budget.DevicePriors;
import dev.headroom.budget.GpuModel;
import dev.headroom.budget.LargestBatch;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.Savings;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.LayerConfigDecoder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(
    name = "predict",
    description = "What a training job will hold in GPU memory, from its layer config alone.",
    footer = {
      "",
      "Options that change the job answer \"what if\". Exit codes: 0 predicted, 2 a file or an",
      "option is wrong, 4 a job cannot be predicted; the reason is on standard error."
    },
    mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {

  static final int WRONG = 2;
  static final int UNSUPPORTED = 4;

  private static final String STANDARD_INPUT = "-";

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "CONFIG.json",
      description = "Layer configs; - reads standard input.")
  private List<String> files = List.of();

  @Option(names = "--json", description = "One JSON object a line and a file, sizes in bytes.")
  private boolean json;

  @Option(names = "--batch", paramLabel = "N", description = "Another batch size, per rank.")
  private @Nullable Integer batch;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description =
          "float32, float64, float16 or bfloat16 for everything; autocast-float16 or"
              + " autocast-bfloat16 over float32 parameters.")
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
      names = "--gpu",
      description =
          "The GPU it runs on: what its context takes, and whether the job fits. Such as A100-40GB,"
              + " T4, 24GiB.")
  private @Nullable String gpu;

  @Option(
      names = "--largest-batch",
      description = "How many samples at once fit on the GPU of --gpu.")
  private boolean largestBatch;

  /// What predicts for a GPU; for any, where it is empty.
  private final Function<Optional<String>, Function<LayerConfig, Prediction>> predictors;

  private final Bars bars;

  PredictCommand() {
    this(
        gpu -> new Predictor(gpu.map(DevicePriors::forGpu).orElseGet(DevicePriors::new))::predict,
        Bars.forStandardOutput());
  }

  PredictCommand(
      Function<Optional<String>, Function<LayerConfig, Prediction>> predictors, Bars bars) {
    this.predictors = predictors;
    this.bars = bars;
  }

  /// Prints the answer about one job.
  private interface Answer {

    /// @return why the job cannot be predicted, if it cannot
    Optional<Unsupported> print(String file, LayerConfig config);
  }

  @Override
  public Integer call() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    var whatIf = new WhatIf(batch, precision, optimizer, mode, checkpoint);
    Answer answer = answer(line);
    int exit = 0;
    for (String file : files) {
      try {
        LayerConfig config = whatIf.applied(LayerConfigDecoder.read(bytes(file)));
        Optional<Unsupported> none = answer.print(file, config);
        if (none.isPresent()) {
          none.get()
              .reasons()
              .forEach(why -> line.getErr().println(file + ": unsupported: " + why));
          exit = exit == 0 ? UNSUPPORTED : exit;
        }
      } catch (NoSuchFileException e) {
        line.getErr().println(file + ": no such file");
        exit = WRONG;
      } catch (IOException | IllegalArgumentException e) {
        line.getErr().println(file + ": " + e.getMessage());
        exit = WRONG;
      }
    }
    line.getOut().flush();
    line.getErr().flush();
    return exit;
  }

  private Answer answer(CommandLine line) {
    PrintWriter out = line.getOut();
    Optional<GpuModel> device = Optional.ofNullable(gpu).map(name -> device(line, name));
    Function<LayerConfig, Prediction> predict = predictors.apply(Optional.ofNullable(gpu));
    if (largestBatch) {
      GpuModel wanted =
          device.orElseThrow(() -> new ParameterException(line, "--largest-batch needs --gpu"));
      return (file, config) -> printLargestBatch(out, file, config, wanted, predict);
    }
    var report = new PredictionReport(out, bars, device, new Savings(predict));
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

  private Optional<Unsupported> printLargestBatch(
      PrintWriter out,
      String file,
      LayerConfig config,
      GpuModel device,
      Function<LayerConfig, Prediction> predict) {
    LargestBatch largest = LargestBatch.of(config, device.total(), predict);
    out.println(
        json
            ? PredictionJson.line(file, config, device, largest)
            : PredictionReport.sentence(config, device, largest));
    return largest instanceof LargestBatch.None none ? Optional.of(none.why()) : Optional.empty();
  }

  private static GpuModel device(CommandLine line, String name) {
    return GpuModel.of(name)
        .orElseThrow(
            () ->
                new ParameterException(
                    line,
                    "--gpu is neither known nor a size such as 24GiB: %s (known: %s)"
                        .formatted(
                            name,
                            GpuModel.known().stream()
                                .map(GpuModel::name)
                                .collect(Collectors.joining(", ")))));
  }

  private static byte[] bytes(String file) throws IOException {
    return file.equals(STANDARD_INPUT)
        ? System.in.readAllBytes()
        : Files.readAllBytes(Path.of(file));
  }
}
