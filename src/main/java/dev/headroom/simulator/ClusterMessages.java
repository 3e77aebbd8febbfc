package dev.headroom.simulator;

import dev.headroom.network.LayerConfig;
import dev.headroom.sample.MemorySample;
import java.util.List;

/// The messages of the simulated jobs at one time: the runs that begin, and samples.
record ClusterMessages(List<LayerConfig> begun, List<MemorySample> samples) {

  ClusterMessages {
    begun = List.copyOf(begun);
    samples = List.copyOf(samples);
  }
}
