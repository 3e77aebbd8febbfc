package dev.headroom.cli.evaluate;

import dev.headroom.memory.MemorySize;

/// A row of a file of measured runs.
///
/// @param network its model, by which its layer config is found
/// @param gpu empty where the file does not say it
/// @param isCutOff whether the run died of a full GPU before its peak
record MeasuredRow(String network, int batch, String gpu, MemorySize measured, boolean isCutOff) {}
