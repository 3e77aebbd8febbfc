package dev.headroom.cli.evaluate;

import com.fasterxml.jackson.core.JacksonException;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Prior;
import dev.headroom.calibration.evaluation.Evaluation;
import dev.headroom.calibration.evaluation.MeasuredRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

@Command(
    name = "evaluate",
    description = "How right predictions are for runs that were measured.",
    footer = {
      "",
      "Learns measured runs in random orders and judges what is then predicted for",
      "the others. The file is CSV with a header, as headroom measure writes it:",
      "timm_model or model, batch, measured_peak_device_mib or measured_peak_mib;",
      "perhaps measured_peak_allocated_mib, measured_peak_reserved_mib, mode,",
      "precision, optimizer, framework, gpu_model or gpu_class, and fake_last_mib,",
      "below which a run was cut off.",
      "Exit codes: 0 judged, 1 the output takes no more, 2 a file or an option is",
      "wrong; the reason is on standard error."
    },
    mixinStandardHelpOptions = true)
public final class EvaluateCommand implements Callable<Integer> {

  private static final int CANNOT_WRITE = 1;
  private static final int WRONG = 2;
  private static final int LEAST_ORDERS = 200;

  /// In the order in which they are told; every row has the first.
  private static final List<MeasuredSize> JUDGED =
      List.of(MeasuredSize.DEVICE, MeasuredSize.RESERVED, MeasuredSize.ALLOCATED);

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Option(
      names = "--measured",
      paramLabel = "FILE.csv",
      required = true,
      description = "Measured runs, a row each.")
  private Path measured = Path.of("");

  @Option(
      names = "--configs",
      paramLabel = "FOLDER",
      required = true,
      description = "Layer configs of their networks: NAME.json or NAME.json.gz.")
  private Path configs = Path.of("");

  @Option(
      names = "--between",
      paramLabel = "LOW,HIGH",
      description = "Only rows with a measured peak of so many MiB, such as 700,39500.")
  private @Nullable String between;

  @Option(
      names = "--prior",
      paramLabel = "P",
      defaultValue = "unknown-gpu",
      description =
          "What is believed beforehand: unknown-gpu, as of a GPU that nobody measured, or built-in,"
              + " the GPUs that were measured (default: ${DEFAULT-VALUE}).")
  private String prior = "unknown-gpu";

  @Option(
      names = "--gpu",
      paramLabel = "GPU",
      defaultValue = "A100-40GB",
      description = "The GPU of rows that name none (default: ${DEFAULT-VALUE}).")
  private String gpu = "A100-40GB";

  @Option(
      names = "--orders",
      paramLabel = "N",
      defaultValue = "200",
      description = "In how many random orders rows are learned (default: ${DEFAULT-VALUE}).")
  private int orders = LEAST_ORDERS;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed gives the same orders (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--json", description = "One JSON object, ratios from 0 to 1.")
  private boolean json;

  @Option(names = "--picture", paramLabel = "FILE.svg", description = "Draw the table, too.")
  private @Nullable Path picture;

  @Override
  public Integer call() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    try {
      evaluate(line);
    } catch (IOException e) {
      line.getErr().println(reason(e));
      return WRONG;
    } catch (IllegalArgumentException e) {
      line.getErr().println(e.getMessage());
      return WRONG;
    } finally {
      line.getErr().flush();
      line.getOut().flush();
    }
    return System.out.checkError() ? CANNOT_WRITE : 0;
  }

  private void evaluate(CommandLine line) throws IOException {
    PrintWriter out = line.getOut();
    if (orders < LEAST_ORDERS) {
      throw new ParameterException(
          line, "--orders is below %d: %d".formatted(LEAST_ORDERS, orders));
    }
    Prior wanted = prior(line);
    Bounds bounds = between == null ? Bounds.NONE : Bounds.of(line, between);
    if (!Files.isDirectory(configs)) {
      throw new IOException("%s: no such folder".formatted(configs));
    }
    List<MeasuredRow> all = rows();
    var kept = new ArrayList<MeasuredRow>();
    int cutOff = 0;
    int outside = 0;
    for (MeasuredRow row : all) {
      if (row.isCutOff()) {
        cutOff++;
      } else if (!bounds.contain(row)) {
        outside++;
      } else {
        kept.add(row);
      }
    }
    RowPredictions predictions = RowPredictions.of(kept, configs, gpu);
    List<MeasuredRun> runs = predictions.runs();
    if (runs.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no row is left to judge (%d cut off, %d outside, %d refused%s)"
              .formatted(measured, cutOff, outside, predictions.refusedRows(), first(predictions)));
    }
    Map<MeasuredSize, Evaluation> evaluations = new LinkedHashMap<>();
    for (MeasuredSize size : JUDGED) {
      if (runs.stream().anyMatch(run -> run.has(size))) {
        evaluations.put(size, Evaluation.of(runs, size, wanted, orders, seed));
      }
    }
    var rows = new RowCounts(all.size(), cutOff, outside, predictions);
    if (json) {
      rows.print(line.getErr());
      out.println(EvaluationJson.of(evaluations));
    } else {
      rows.print(out);
      new EvaluationReport(out, wanted, orders, seed).print(runs, evaluations);
    }
    if (picture != null) {
      Files.writeString(
          picture,
          EvaluationPicture.of(Objects.requireNonNull(evaluations.get(MeasuredSize.DEVICE))));
    }
  }

  /// Why the first network was refused, if one was.
  private static String first(RowPredictions predictions) {
    return predictions.refused().entrySet().stream()
        .findFirst()
        .map(entry -> ", such as %s: %s".formatted(entry.getKey(), entry.getValue()))
        .orElse("");
  }

  private List<MeasuredRow> rows() throws IOException {
    try {
      return MeasuredFile.read(measured);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("%s: not UTF-8".formatted(measured), e);
    } catch (IllegalArgumentException | JacksonException e) {
      throw new IllegalArgumentException(
          "%s: %s"
              .formatted(measured, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  private Prior prior(CommandLine line) {
    return switch (prior) {
      case "unknown-gpu" -> Prior.UNKNOWN_GPU;
      case "built-in" -> Prior.BUILT_IN;
      default ->
          throw new ParameterException(
              line, "--prior is neither unknown-gpu nor built-in: " + prior);
    };
  }

  /// Measured peaks that are believed, MiB.
  private record Bounds(double low, double high) {

    private static final Bounds NONE = new Bounds(0, Double.POSITIVE_INFINITY);
    private static final double MEBIBYTE = 1L << 20;

    static Bounds of(CommandLine line, String text) {
      String[] parts = text.split(",", -1);
      try {
        if (parts.length == 2) {
          var bounds = new Bounds(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
          if (bounds.low <= bounds.high) {
            return bounds;
          }
        }
      } catch (NumberFormatException _) {
        // Said below.
      }
      throw new ParameterException(line, "--between is not LOW,HIGH in MiB: " + text);
    }

    boolean contain(MeasuredRow row) {
      double mebibytes = row.device().bytes() / MEBIBYTE;
      return mebibytes >= low && mebibytes <= high;
    }
  }

  private static String reason(IOException trouble) {
    return switch (trouble) {
      case NoSuchFileException gone -> gone.getFile() + ": no such file";
      case AccessDeniedException denied -> denied.getFile() + ": not allowed to read it";
      default -> String.valueOf(trouble.getMessage()).lines().findFirst().orElse("");
    };
  }
}
