package dev.headroom.simulator.job;

import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The layer configs of real networks that come with the program, each read once.
public final class BundledLayerConfigs {

  private final Map<String, LayerConfig> networks = new HashMap<>();

  /// @param scenarios whose networks are read
  public BundledLayerConfigs(List<JobScenario> scenarios) {
    for (JobScenario scenario : scenarios) {
      networks.computeIfAbsent(scenario.network(), BundledLayerConfigs::read);
    }
  }

  /// How many ranks share the training of a network.
  public int ranks(String network) {
    return Objects.requireNonNull(networks.get(network)).setup().parallelism().worldSize();
  }

  /// The registration of one run of a job.
  public LayerConfig of(SimulatedJob job, int run) {
    GoldenRun golden = job.ranks().getFirst().curve().golden();
    LayerConfig network = Objects.requireNonNull(networks.get(golden.network()));
    TrainingSetup setup = network.setup();
    return new LayerConfig(
        job.name(),
        Integer.toString(run),
        network.model(),
        network.framework(),
        new TrainingSetup(
            setup.mode(),
            golden.batchSize(),
            new Precision(setup.precision().parameters(), golden.autocast()),
            golden.optimizer(),
            new Gradients(true, golden.accumulationSteps()),
            setup.parallelism(),
            setup.checkpointing(),
            setup.expandableSegments()),
        network.description(),
        job.scenario().gpu().ownership());
  }

  private static LayerConfig read(String network) {
    String file = "/simulator/" + network + ".layer-config.json";
    try (InputStream in =
        Objects.requireNonNull(BundledLayerConfigs.class.getResourceAsStream(file), file)) {
      return LayerConfigDecoder.read(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }
}
