package dev.headroom.simulator.job;

import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.tensor.DType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// The memory that PyTorch itself held when it trained one network with one set-up, in bytes.
///
/// `simulator/golden-runs.csv` tells where the figures come from. None of them is a prediction of
/// ours: what the simulated cluster measures must not be what the monitor computes.
///
/// @param network its layer config is `simulator/NETWORK.layer-config.json`
/// @param input the batch and its targets
/// @param afterForward allocated when the loss is known
/// @param optimizerStepPeak the most allocated in the optimizer's step
/// @param allocatedPeak the most allocated at all
/// @param reservedPeak what the allocator took from the device for it
/// @param evaluationPeak the most allocated by a forward pass alone, without optimizer state
public record GoldenRun(
    String network,
    int batchSize,
    Optimizer optimizer,
    DType autocast,
    int accumulationSteps,
    long parameters,
    long buffers,
    long input,
    long gradients,
    long optimizerState,
    long afterForward,
    long optimizerStepPeak,
    long allocatedPeak,
    long reservedPeak,
    long evaluationPeak) {

  private static final String FILE = "/simulator/golden-runs.csv";
  private static final int COLUMNS = 16;

  /// The runs by the name of their network.
  public static Map<String, GoldenRun> all() {
    try (InputStream file =
            Objects.requireNonNull(GoldenRun.class.getResourceAsStream(FILE), FILE);
        var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1)
          .map(line -> of(line.split(",", -1)))
          .collect(Collectors.toUnmodifiableMap(GoldenRun::network, run -> run));
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
  }

  private static GoldenRun of(String[] cells) {
    if (cells.length != COLUMNS) {
      throw new IllegalArgumentException(
          "%s: %d cells, not %d: %s".formatted(FILE, cells.length, COLUMNS, cells[0]));
    }
    var optimizer =
        new Optimizer(
            Optimizer.Kind.valueOf(cells[2].toUpperCase(Locale.ROOT)),
            Double.parseDouble(cells[3]),
            false,
            false,
            false,
            Optimizer.Implementation.FOREACH);
    return new GoldenRun(
        cells[0],
        Integer.parseInt(cells[1]),
        optimizer,
        cells[4].equals("none") ? DType.FLOAT32 : DType.valueOf(cells[4].toUpperCase(Locale.ROOT)),
        Integer.parseInt(cells[5]),
        Long.parseLong(cells[6]),
        Long.parseLong(cells[7]),
        Long.parseLong(cells[8]),
        Long.parseLong(cells[9]),
        Long.parseLong(cells[10]),
        Long.parseLong(cells[11]),
        Long.parseLong(cells[12]),
        Long.parseLong(cells[13]),
        Long.parseLong(cells[14]),
        Long.parseLong(cells[15]));
  }
}
