package dev.headroom.cli.evaluate;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/// What became of a file's rows.
///
/// @param all rows of the file
/// @param cutOff runs that died of a full GPU
/// @param outside rows outside the wanted range
record RowCounts(int all, int cutOff, int outside, RowPredictions predictions) {

  private static final int TOLD = 10;

  void print(PrintWriter out) {
    Map<String, String> refused = predictions.refused();
    out.println(
        String.format(
            Locale.ROOT,
            "%,d rows: %,d cut off by out-of-memory, %,d outside the range, %,d refused%s, %,d judged",
            all,
            cutOff,
            outside,
            predictions.refusedRows(),
            refused.isEmpty() ? "" : " (networks: %d)".formatted(refused.size()),
            predictions.runs().size()));
    refused.entrySet().stream()
        .limit(TOLD)
        .forEach(
            entry -> out.println("  refused: %s: %s".formatted(entry.getKey(), entry.getValue())));
    if (refused.size() > TOLD) {
      out.println("  and %d networks more".formatted(refused.size() - TOLD));
    }
  }
}
