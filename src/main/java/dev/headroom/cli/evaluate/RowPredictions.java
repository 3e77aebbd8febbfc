package dev.headroom.cli.evaluate;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.calibration.evaluation.MeasuredRun;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/// What the budgets of a folder of layer configs say of measured rows.
///
/// @param runs rows with a prediction
/// @param refused why a network has none, by its name
/// @param refusedRows how many rows those networks have
record RowPredictions(List<MeasuredRun> runs, Map<String, String> refused, int refusedRows) {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final List<String> ENDINGS = List.of(".json", ".json.gz");

  /// @param gpu of rows that name none
  static RowPredictions of(List<MeasuredRow> rows, Path configs, String gpu) {
    Map<String, List<MeasuredRow>> byNetwork =
        rows.stream()
            .collect(
                Collectors.groupingBy(MeasuredRow::network, TreeMap::new, Collectors.toList()));
    List<OfNetwork> all =
        byNetwork.entrySet().parallelStream()
            .map(entry -> ofNetwork(entry.getKey(), entry.getValue(), configs, gpu))
            .toList();
    Map<String, String> refused = new TreeMap<>();
    int refusedRows = 0;
    for (OfNetwork own : all) {
      own.refused.ifPresent(reason -> refused.put(own.network, reason));
      refusedRows += own.refusedRows;
    }
    return new RowPredictions(
        all.stream().map(OfNetwork::runs).flatMap(Collection::stream).toList(),
        refused,
        refusedRows);
  }

  private record OfNetwork(
      String network, List<MeasuredRun> runs, Optional<String> refused, int refusedRows) {}

  private static OfNetwork ofNetwork(
      String network, List<MeasuredRow> rows, Path configs, String gpu) {
    LayerConfig config;
    try {
      config = LayerConfigDecoder.read(bytes(configs, network));
    } catch (IOException | IllegalArgumentException e) {
      return new OfNetwork(
          network, List.of(), Optional.of(String.valueOf(e.getMessage())), rows.size());
    }
    var predictor = new Predictor(new KnownOverheads());
    Map<RowSetup, PredictedPeak> peaks = new HashMap<>();
    Optional<String> refused = Optional.empty();
    for (RowSetup setup : rows.stream().map(MeasuredRow::setup).distinct().toList()) {
      LayerConfig changed = setup.applied(config);
      switch (predictor.predict(changed)) {
        case Budget budget -> peaks.put(setup, PredictedPeak.of(changed, budget.peak()));
        case Unsupported none -> refused = Optional.of(none.reasons().getFirst());
      }
    }
    var runs = new ArrayList<MeasuredRun>();
    for (MeasuredRow row : rows) {
      PredictedPeak peak = peaks.get(row.setup());
      if (peak != null) {
        Map<MeasuredSize, MemorySize> measured = new EnumMap<>(MeasuredSize.class);
        measured.putAll(row.allocator());
        measured.put(MeasuredSize.DEVICE, row.device());
        var kind =
            new JobKind(
                gpuModel(row.gpu().isEmpty() ? gpu : row.gpu()),
                row.setup().applied(config).framework(),
                network);
        runs.add(new MeasuredRun(kind, row.setup().batch(), peak, measured));
      }
    }
    return new OfNetwork(network, runs, refused, rows.size() - runs.size());
  }

  /// As the catalogue names it, so that a GPU has one history whoever wrote its name.
  private static String gpuModel(String name) {
    return GPUS.model(name).map(GpuModel::name).orElse(name);
  }

  private static byte[] bytes(Path configs, String network) throws IOException {
    for (String ending : ENDINGS) {
      Path file = configs.resolve(network + ending);
      if (configs.equals(file.getParent()) && Files.isRegularFile(file)) {
        try (InputStream in = Files.newInputStream(file);
            InputStream plain = ending.endsWith(".gz") ? new GZIPInputStream(in) : in) {
          return plain.readNBytes(LayerConfigDecoder.MAX_BYTES + 1);
        }
      }
    }
    throw new IOException("no %s.json or %s.json.gz".formatted(network, network));
  }
}
