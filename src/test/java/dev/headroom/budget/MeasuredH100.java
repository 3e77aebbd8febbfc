package dev.headroom.budget;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/// What `docs/hardware` has of an H100.
public final class MeasuredH100 {

  public static final Path FOLDER = Path.of("docs/hardware/h100-80gb-580.159.04");

  private MeasuredH100() {}

  /// The rows of one of its tables, by the names of their columns.
  public static List<Map<String, String>> rows(String table) {
    try (MappingIterator<Map<String, String>> rows =
        new CsvMapper()
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(FOLDER.resolve(table).toFile())) {
      return rows.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The layer config of the job that a row with model, batch, precision and optimizer is about.
  public static LayerConfig config(Map<String, String> row) {
    var setup =
        new WhatIf(
            Integer.valueOf(row.getOrDefault("batch", "")),
            row.get("precision"),
            row.get("optimizer"),
            null,
            null);
    return setup.applied(config(row.getOrDefault("model", "")));
  }

  /// A network's layer config, as the reporter captured it.
  public static LayerConfig config(String model) {
    Path file = FOLDER.resolve("configs").resolve(model + ".json.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return LayerConfigDecoder.read(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
