package dev.headroom.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.calibration.evaluation.MeasuredRun;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.Framework;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder with one config as it is, one compressed, one of a network that is unsupported.
class RowPredictionsTest {

  private static final Path RESNET =
      Path.of("src/main/resources/simulator/resnet18.layer-config.json");

  @TempDir private Path folder;

  @Test
  void eachRowHasThePredictionOfItsBatchAndGpu() throws IOException {
    // Given
    Files.copy(RESNET, folder.resolve("plain.json"));
    try (OutputStream file = Files.newOutputStream(folder.resolve("zipped.json.gz"));
        var zipped = new GZIPOutputStream(file)) {
      Files.copy(RESNET, zipped);
    }

    // When
    RowPredictions predictions =
        RowPredictions.of(
            List.of(
                row("plain", 4, "NVIDIA A100-SXM4-40GB", 1900),
                row("zipped", 8, "", 2100),
                row("plain", 8, "Gaudi", 2200)),
            folder,
            "V100-16GB");

    // Then
    assertThat(predictions.refused()).isEmpty();
    assertThat(predictions.refusedRows()).isZero();
    assertThat(predictions.runs())
        .extracting(run -> run.kind().model(), MeasuredRun::batch, run -> run.kind().gpuModel())
        .containsExactly(
            tuple("plain", 4, "A100-40GB"),
            tuple("plain", 8, "Gaudi"),
            tuple("zipped", 8, "V100-16GB"));
    assertThat(predictions.runs())
        .extracting(MeasuredRun::measured)
        .containsExactly(
            Map.of(MeasuredSize.DEVICE, MemorySize.ofMebibytes(1900)),
            Map.of(MeasuredSize.DEVICE, MemorySize.ofMebibytes(2200)),
            Map.of(MeasuredSize.DEVICE, MemorySize.ofMebibytes(2100)));
    assertThat(predictions.runs())
        .extracting(MeasuredRun::predicted)
        .containsExactly(peak(4), peak(8), peak(8));
  }

  /// Rows that differ in precision, optimizer or mode are runs of the same network, each predicted
  /// as it ran.
  @Test
  void aRowIsPredictedWithItsOwnSetup() throws IOException {
    // Given
    Files.copy(RESNET, folder.resolve("resnet18.json"));
    var half =
        new RowSetup(
            8, "training", "autocast-bfloat16", "adamw", new Framework("pytorch", "2.11.0", ""));
    var evaluated = new RowSetup(8, "inference", null, null, Framework.UNKNOWN);
    Map<MeasuredSize, MemorySize> allocator =
        Map.of(MeasuredSize.ALLOCATED, MemorySize.ofMebibytes(1000));

    // When
    RowPredictions predictions =
        RowPredictions.of(
            List.of(
                new MeasuredRow(
                    "resnet18", half, "H100", MemorySize.ofMebibytes(2000), allocator, false),
                new MeasuredRow(
                    "resnet18", evaluated, "", MemorySize.ofMebibytes(900), Map.of(), false)),
            folder,
            "V100-16GB");

    // Then
    LayerConfig config = LayerConfigDecoder.read(Files.readAllBytes(RESNET));
    assertThat(predictions.runs())
        .containsExactly(
            new MeasuredRun(
                new JobKind("H100-80GB", new Framework("pytorch", "2.11.0", ""), "resnet18"),
                8,
                peak(new WhatIf(8, "autocast-bfloat16", "adamw", "training", null).applied(config)),
                Map.of(
                    MeasuredSize.ALLOCATED,
                    MemorySize.ofMebibytes(1000),
                    MeasuredSize.DEVICE,
                    MemorySize.ofMebibytes(2000))),
            new MeasuredRun(
                new JobKind("V100-16GB", config.framework(), "resnet18"),
                8,
                peak(new WhatIf(8, null, null, "inference", null).applied(config)),
                Map.of(MeasuredSize.DEVICE, MemorySize.ofMebibytes(900))));
    assertThat(predictions.runs().getFirst().predicted()).isNotEqualTo(peak(8));
  }

  @Test
  void aNetworkWithoutAPredictionIsRefusedWithItsReason() throws IOException {
    // Given
    Path configs = Files.createDirectory(folder.resolve("configs"));
    Files.copy(RESNET, folder.resolve("outside.json"));
    Files.writeString(configs.resolve("broken.json"), "{");
    Files.writeString(
        configs.resolve("odd.json"),
        """
        {"schema": "headroom/layer-config/1", "job": "odd", "batch_size": 4,
         "inputs": [], "unsupported": "layer net.7: an operator of its own"}
        """);

    // When
    RowPredictions predictions =
        RowPredictions.of(
            List.of(
                row("odd", 4, "", 1),
                row("odd", 8, "", 1),
                row("broken", 4, "", 1),
                row("../outside", 4, "", 1),
                row("missing", 4, "", 1)),
            configs,
            "V100-16GB");

    // Then
    assertThat(predictions.runs()).isEmpty();
    assertThat(predictions.refusedRows()).isEqualTo(5);
    assertThat(predictions.refused())
        .containsEntry("odd", "layer net.7: an operator of its own")
        .containsEntry("missing", "no missing.json or missing.json.gz")
        .containsEntry("../outside", "no ../outside.json or ../outside.json.gz")
        .containsKey("broken")
        .hasSize(4);
  }

  private static PredictedPeak peak(int batch) throws IOException {
    LayerConfig config = LayerConfigDecoder.read(Files.readAllBytes(RESNET));
    return peak(config.withSetup(config.setup().withBatchSize(batch)));
  }

  private static PredictedPeak peak(LayerConfig config) {
    var budget = (Budget) new Predictor(new KnownOverheads()).predict(config);
    return PredictedPeak.of(config, budget.peak());
  }

  private static MeasuredRow row(String network, int batch, String gpu, long mebibytes) {
    var setup = new RowSetup(batch, null, null, null, Framework.UNKNOWN);
    MemorySize device = MemorySize.ofMebibytes(mebibytes);
    return new MeasuredRow(network, setup, gpu, device, Map.of(), false);
  }
}
