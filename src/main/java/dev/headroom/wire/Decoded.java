package dev.headroom.wire;

import dev.headroom.ledger.event.JobEvent;

/// The result of decoding a record: an event, or the reason why it is malformed.
public sealed interface Decoded {

  /// Well formed, within every bound.
  record Event(JobEvent event) implements Decoded {}

  /// Not of the contract.
  ///
  /// @param reason names the field and the value, at most a few hundred printable characters
  record Malformed(String reason) implements Decoded {}
}
