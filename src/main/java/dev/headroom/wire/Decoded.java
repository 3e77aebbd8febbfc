package dev.headroom.wire;

import dev.headroom.calibration.Observation;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.network.LayerConfig;

/// The result of decoding a record: what it says, or the reason why it is malformed.
public sealed interface Decoded {

  /// Well formed, within every bound.
  record Event(JobEvent event) implements Decoded {}

  /// A well-formed layer config. What it costs is for others to say.
  record Config(LayerConfig config) implements Decoded {}

  /// What a settled run teaches.
  record Taught(Observation observation) implements Decoded {}

  /// Not of the contract.
  ///
  /// @param reason names the field and the value, at most a few hundred printable characters
  record Malformed(String reason) implements Decoded {}
}
