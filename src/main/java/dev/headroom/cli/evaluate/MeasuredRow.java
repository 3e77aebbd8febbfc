package dev.headroom.cli.evaluate;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.memory.MemorySize;
import java.util.Map;

/// A row of a file of measured runs.
///
/// @param network its model, by which its layer config is found
/// @param gpu empty where the file does not say it
/// @param device the device's peak
/// @param allocator the peaks of the framework's allocator, where the file has them
/// @param isCutOff whether the run died of a full GPU before its peak
record MeasuredRow(
    String network,
    RowSetup setup,
    String gpu,
    MemorySize device,
    Map<MeasuredSize, MemorySize> allocator,
    boolean isCutOff) {

  MeasuredRow {
    allocator = Map.copyOf(allocator);
  }
}
