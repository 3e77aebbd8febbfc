package dev.headroom.simulator;

import dev.headroom.ledger.MemorySample;
import dev.headroom.network.LayerConfig;
import java.util.List;

/// What jobs say at one time: the runs that begin, and samples.
record Tick(List<LayerConfig> begun, List<MemorySample> samples) {

  Tick {
    begun = List.copyOf(begun);
    samples = List.copyOf(samples);
  }
}
