package dev.headroom.plan;

import dev.headroom.budget.Prediction;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.plan.fit.OverheadSpread;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// The networks that PyTorch itself was measured with.
public final class GoldenConfigs {

  private static final Path FOLDER = Path.of("src/test/resources/golden/networks");
  private static final String END = ".layer-config.json";

  private GoldenConfigs() {}

  public static List<String> names() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(END))
          .map(name -> name.replace(END, ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static LayerConfig of(String name) {
    try {
      return LayerConfigDecoder.read(Files.readAllBytes(FOLDER.resolve(name + END)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What checks, by the rules themselves.
  public static FitCheck check() {
    return new FitCheck(
        new Predictor(new KnownOverheads())::predict,
        new OverheadSpread(gpu -> KnownOverheads.forGpu(gpu.name())));
  }

  /// The same for one network, each set-up predicted once.
  public static FitCheck remembering() {
    Function<LayerConfig, Prediction> predict = check().predict();
    var known = new ConcurrentHashMap<TrainingSetup, Prediction>();
    return new FitCheck(
        config -> known.computeIfAbsent(config.setup(), _ -> predict.apply(config)),
        new OverheadSpread(gpu -> KnownOverheads.forGpu(gpu.name())));
  }
}
