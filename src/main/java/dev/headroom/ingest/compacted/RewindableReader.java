package dev.headroom.ingest.compacted;

import java.util.Map;

/// A reader of a whole topic that can begin again.
public interface RewindableReader {

  /// Where reading stands, by partition; empty until that is known, and from a rewind on.
  Map<Integer, Long> positions();

  /// Reads the topic from its beginning once more.
  void rewind();
}
