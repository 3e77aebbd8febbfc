package dev.headroom.budget;

import dev.headroom.network.LayerConfig;
import dev.headroom.network.Mode;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/// Prints how long predictions take once warm; not a test, because a busy machine would fail it.
///
/// Thread CPU time and, beside it, wall time: medians in milliseconds.
final class PredictionTimes {

  private static final int WARM_UP = 300;
  private static final int ROUNDS = 101;
  private static final int LARGE = 20_000;

  private final Predictor predictor = new Predictor(new DevicePriors());

  private PredictionTimes() {}

  public static void main(String[] names) {
    var times = new PredictionTimes();
    List<String> networks =
        names.length > 0
            ? List.of(names)
            : List.of("resnet152", "resnet50", "densenet121", "vit_b_16", "swin_t");
    for (String network : networks) {
      times.print(network, Golden.config(network), WARM_UP, ROUNDS);
    }
    LayerConfig small = Golden.config("resnet50");
    LayerConfig evaluation = small.withSetup(small.setup().withMode(Mode.INFERENCE));
    for (int layers : new int[] {LARGE / 2, LARGE}) {
      times.large(layers + " in a chain", LargeNetworks.chain(small, layers));
      times.large(layers + " linear", LargeNetworks.linear(small, layers));
      times.large(layers + " views", LargeNetworks.views(small, layers));
      times.large(layers + " left out", LargeNetworks.dropouts(evaluation, layers));
      times.large(layers + " that read the first", LargeNetworks.fanOut(small, layers));
      times.large(layers + " held to the end", LargeNetworks.held(small, layers));
      times.large(layers + " nested", LargeNetworks.nested(small, layers));
    }
  }

  private void large(String title, LayerConfig config) {
    print(title, config, 3, 7);
  }

  private void print(String title, LayerConfig config, int warmUp, int rounds) {
    for (int i = 0; i < warmUp; i++) {
      predictor.predict(config);
    }
    var threads = ManagementFactory.getThreadMXBean();
    long[] cpu = new long[rounds];
    long[] wall = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      long wallFrom = System.nanoTime();
      long cpuFrom = threads.getCurrentThreadCpuTime();
      Prediction prediction = predictor.predict(config);
      cpu[i] = threads.getCurrentThreadCpuTime() - cpuFrom;
      wall[i] = System.nanoTime() - wallFrom;
      if (prediction instanceof Unsupported unsupported) {
        throw new IllegalStateException(title + ": " + unsupported.reasons());
      }
    }
    Arrays.sort(cpu);
    Arrays.sort(wall);
    System.out.printf(
        "%-32s cpu %8.2f ms  wall %8.2f ms%n",
        title, cpu[rounds / 2] / 1e6, wall[rounds / 2] / 1e6);
  }
}
