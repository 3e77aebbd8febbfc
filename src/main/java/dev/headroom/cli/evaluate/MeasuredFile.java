package dev.headroom.cli.evaluate;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.headroom.memory.MemorySize;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads measured runs from CSV with a header: `timm_model` or `model`, `batch`,
/// `measured_peak_device_mib` or `measured_peak_mib`, and perhaps `gpu_class` and `fake_last_mib`,
/// a lower bound of the peak by which runs that were cut off are told.
final class MeasuredFile {

  private static final int MAX_ROWS = 1_000_000;
  private static final double MEBIBYTE = 1L << 20;
  private static final double MAX_MEBIBYTES = 1L << 40;

  private static final CsvMapper CSV =
      CsvMapper.builder()
          .enable(CsvParser.Feature.TRIM_SPACES, CsvParser.Feature.SKIP_EMPTY_LINES)
          .build();

  private MeasuredFile() {}

  /// @throws IOException if it cannot be read
  /// @throws IllegalArgumentException naming the row and what is wrong with it
  static List<MeasuredRow> read(Path file) throws IOException {
    var rows = new ArrayList<MeasuredRow>();
    try (Reader text = Files.newBufferedReader(file);
        MappingIterator<Map<String, String>> lines =
            CSV.readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(text)) {
      while (lines.hasNext()) {
        if (rows.size() == MAX_ROWS) {
          throw new IllegalArgumentException("rows > " + MAX_ROWS);
        }
        rows.add(row(rows.size() + 1, lines.next()));
      }
    } catch (RuntimeJsonMappingException e) {
      throw new IllegalArgumentException("no CSV: " + firstLine(e), e);
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("no rows");
    }
    return rows;
  }

  private static MeasuredRow row(int number, Map<String, String> cells) {
    try {
      double measured = number(cells, "measured_peak_device_mib", "measured_peak_mib");
      double batch = number(cells, "batch");
      if (batch < 1 || batch > Integer.MAX_VALUE || batch != Math.rint(batch)) {
        throw new IllegalArgumentException("batch is no whole number above 0");
      }
      @Nullable String lowerBound = cells.get("fake_last_mib");
      boolean isCutOff =
          lowerBound != null
              && !lowerBound.isBlank()
              && measured < number("fake_last_mib", lowerBound);
      return new MeasuredRow(
          text(cells, "timm_model", "model"),
          (int) batch,
          gpu(cells.getOrDefault("gpu_class", "")),
          new MemorySize(Math.round(measured * MEBIBYTE)),
          isCutOff);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("row %d: %s".formatted(number, e.getMessage()), e);
    }
  }

  /// `K80` of `K80-class (2496 cores, …)`.
  private static String gpu(String text) {
    int end = text.indexOf("-class");
    return end < 0 ? text : text.substring(0, end);
  }

  private static String text(Map<String, String> cells, String... names) {
    for (String name : names) {
      String value = cells.get(name);
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    throw new IllegalArgumentException("%s is missing".formatted(String.join(" or ", names)));
  }

  private static double number(Map<String, String> cells, String... names) {
    return number(names[0], text(cells, names));
  }

  private static double number(String name, String text) {
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("%s is no number: %s".formatted(name, text), e);
    }
    if (!(number > 0) || number > MAX_MEBIBYTES) {
      throw new IllegalArgumentException("%s is not above 0: %s".formatted(name, text));
    }
    return number;
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
