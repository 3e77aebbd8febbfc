package dev.headroom.budget;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.RunMode;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a prediction costs, in time and, with `-prof gc`, in allocation. `docs/performance.md` has
/// the command and figures.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseSerialGC")
public class PredictionBenchmark {

  private static final int MAX_LAYERS = 20_000;

  /// Llama 2's sizes for 7 billion parameters and 2,048 tokens, as the exporter of `src/test/rig`
  /// writes transformers' model: 1,965 layers.
  private static final String LLAMA = "llama-32-blocks";

  /// A reference network, or one of [LargeNetworks] with as many layers as a config may have.
  @Param({
    "resnet50",
    "resnet152",
    "densenet121",
    "vit_b_16",
    "swin_t",
    LLAMA,
    "chain-20000",
    "linear-20000",
    "views-20000",
    "left-out-20000",
    "fan-out-20000",
    "held-20000",
    "nested-20000"
  })
  public String network = "";

  private final Predictor predictor = new Predictor(new KnownOverheads());
  private LayerConfig config = GoldenReferences.config("resnet50");

  @Setup
  public void read() {
    LayerConfig like = GoldenReferences.config("resnet50");
    config =
        switch (network) {
          case "chain-20000" -> LargeNetworks.chain(like, MAX_LAYERS);
          case "linear-20000" -> LargeNetworks.linear(like, MAX_LAYERS);
          case "views-20000" -> LargeNetworks.views(like, MAX_LAYERS);
          case "left-out-20000" ->
              LargeNetworks.dropouts(
                  like.withSetup(like.setup().withMode(RunMode.INFERENCE)), MAX_LAYERS);
          case "fan-out-20000" -> LargeNetworks.fanOut(like, MAX_LAYERS);
          case "held-20000" -> LargeNetworks.held(like, MAX_LAYERS);
          case "nested-20000" -> LargeNetworks.nested(like, MAX_LAYERS);
          case LLAMA -> llama();
          default -> GoldenReferences.config(network);
        };
  }

  private static LayerConfig llama() {
    Path file = Path.of("src/test/resources/benchmark/" + LLAMA + ".json.gz");
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      return LayerConfigDecoder.read(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Returns the budget, so that nothing is optimised away.
  @Benchmark
  public Budget predict() {
    return switch (predictor.predict(config)) {
      case Budget budget -> budget;
      case Unsupported why -> throw new IllegalStateException(network + ": " + why.reasons());
    };
  }
}
