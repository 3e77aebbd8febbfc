package dev.headroom.wire;

import dev.headroom.ledger.event.JobEvent;

/// What became of a record's bytes: an event, or why they are none.
public sealed interface Decoded {

  /// Well formed, within every bound.
  record Event(JobEvent event) implements Decoded {}

  /// Not of the contract.
  ///
  /// @param reason names the field and the value, at most a few hundred printable characters
  record Malformed(String reason) implements Decoded {}
}
