package dev.headroom.wire;

import dev.headroom.ledger.event.JobEvent;
import org.jspecify.annotations.Nullable;

/// Decodes the records of one topic. Never throws for what a record holds.
public interface RecordDecoder {

  /// Decodes one record.
  ///
  /// @param key names the record's subject: a job or a GPU
  /// @param value null for a tombstone
  Decoded decode(byte @Nullable [] key, byte @Nullable [] value);

  /// What the ledger is told of a record that was refused; null where nothing is.
  ///
  /// @param reason why
  default @Nullable JobEvent refused(byte @Nullable [] key, String reason) {
    return null;
  }
}
