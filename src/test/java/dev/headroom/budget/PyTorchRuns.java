package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/// PyTorch as the witness of one part of the model: the runs of networks that lean on it.
public final class PyTorchRuns {

  private static final Path WITNESSED = Path.of("src/test/resources/witnessed");

  private PyTorchRuns() {}

  /// Predicts every run of a reference network, each precision and optimizer, and compares every
  /// figure with PyTorch's: to the byte, but for what the order of half copies does. Where PyTorch
  /// wrote down its allocations, they are compared one by one.
  public static void assertEqualFor(String network) {
    assertEqualFor(network, UnaryOperator.identity());
    PyTorchTrace.ALL.stream()
        .filter(trace -> trace.network().equals(network))
        .forEach(PyTorchTrace::assertEqual);
  }

  /// The same for a network that is described in other words.
  public static void assertEqualFor(String network, UnaryOperator<Network> described) {
    var predictor = new Predictor(new KnownOverheads());
    for (GoldenReferences.Run run : runs(network)) {
      LayerConfig config = run.config();
      Network other = described.apply((Network) config.description());
      FigureDifference difference =
          FigureDifference.of(run, predictor.predict(config.withDescription(other)));
      assertThat(difference.sumsAreExact()).as(run.title() + difference.text()).isTrue();
      assertThat(difference.peaksAreExact()).as(run.title() + difference.text()).isTrue();
    }
  }

  private static List<GoldenReferences.Run> runs(String network) {
    return Files.exists(WITNESSED.resolve(network + ".pytorch.json"))
        ? GoldenReferences.runs(WITNESSED, network)
        : GoldenReferences.runs(network);
  }
}
