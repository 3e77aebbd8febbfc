package dev.headroom.cli.evaluate;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads measured runs from CSV with a header: `timm_model` or `model`, `batch`,
/// `measured_peak_device_mib` or `measured_peak_mib`; and perhaps
///
/// - `mode`, `precision`, `optimizer`, `framework`: how the job was run
/// - `gpu_model` or `gpu_class`
/// - `measured_peak_allocated_mib`, `measured_peak_reserved_mib`
/// - `fake_last_mib`, a lower bound of the peak by which runs that were cut off are told
///
/// An empty cell is as a column that is not there.
final class MeasuredFile {

  private static final int MAX_ROWS = 1_000_000;
  private static final double MEBIBYTE = 1L << 20;
  private static final double MAX_MEBIBYTES = 1L << 40;

  private static final Pattern FRAMEWORK =
      Pattern.compile("([A-Za-z][\\w./-]*) +(\\d[^\\s+]*)(\\+\\S*)?");

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
      MemorySize device = size(cells, "measured_peak_device_mib", "measured_peak_mib");
      double batch = number(cells, "batch");
      if (batch < 1 || batch > Integer.MAX_VALUE || batch != Math.rint(batch)) {
        throw new IllegalArgumentException("batch is no whole number above 0");
      }
      var setup =
          new RowSetup(
              (int) batch,
              cell(cells, "mode"),
              cell(cells, "precision"),
              cell(cells, "optimizer"),
              framework(cell(cells, "framework")));
      Map<MeasuredSize, MemorySize> allocator = new EnumMap<>(MeasuredSize.class);
      for (MeasuredSize size : List.of(MeasuredSize.ALLOCATED, MeasuredSize.RESERVED)) {
        String name = "measured_peak_%s_mib".formatted(size.wireName());
        if (cell(cells, name) != null) {
          allocator.put(size, size(cells, name));
        }
      }
      boolean isCutOff =
          cell(cells, "fake_last_mib") != null
              && device.compareTo(size(cells, "fake_last_mib")) < 0;
      return new MeasuredRow(
          text(cells, "timm_model", "model"), setup, gpu(cells), device, allocator, isCutOff);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("row %d: %s".formatted(number, e.getMessage()), e);
    }
  }

  /// The driver's name; else `K80` of `K80-class (2496 cores, …)`.
  private static String gpu(Map<String, String> cells) {
    String model = cell(cells, "gpu_model");
    if (model != null) {
      return model;
    }
    String text = cells.getOrDefault("gpu_class", "");
    int end = text.indexOf("-class");
    return end < 0 ? text : text.substring(0, end);
  }

  /// Of `pytorch 2.11.0+cu130`, as `torch.__version__` has it; what is behind the plus is no part
  /// of the release.
  private static Framework framework(@Nullable String text) {
    if (text == null) {
      return Framework.UNKNOWN;
    }
    Matcher parts = FRAMEWORK.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "framework is no name and version such as pytorch 2.11.0: " + text);
    }
    return new Framework(parts.group(1), parts.group(2), "");
  }

  private static @Nullable String cell(Map<String, String> cells, String name) {
    String value = cells.get(name);
    return value == null || value.isBlank() ? null : value;
  }

  private static String text(Map<String, String> cells, String... names) {
    for (String name : names) {
      String value = cell(cells, name);
      if (value != null) {
        return value;
      }
    }
    throw new IllegalArgumentException("%s is missing".formatted(String.join(" or ", names)));
  }

  private static MemorySize size(Map<String, String> cells, String... names) {
    return new MemorySize(Math.round(number(cells, names) * MEBIBYTE));
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
