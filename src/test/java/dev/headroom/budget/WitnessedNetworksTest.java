package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Small networks with layers that the golden ones lack, against what PyTorch allocates for them.
class WitnessedNetworksTest {

  private static final Path FOLDER = Path.of("src/test/resources/witnessed");

  /// Autocast keeps statistics of the encoder's norms a moment longer: 3 kB of 83 MB.
  private static final String CLOSE = "TextTransformer";

  private final Predictor predictor = new Predictor(new KnownOverheads());

  static Stream<GoldenReferences.Run> runs() {
    return GoldenReferences.networks(FOLDER).stream()
        .flatMap(network -> GoldenReferences.runs(FOLDER, network).stream());
  }

  @ParameterizedTest
  @MethodSource("runs")
  void everyFigureIsEqualToTheByte(GoldenReferences.Run run) {
    // Given a run that PyTorch made
    // When it is predicted
    FigureDifference difference = FigureDifference.of(run, predictor.predict(run.config()));
    // Then
    if (!run.network().equals(CLOSE) || run.isPlain()) {
      assertThat(difference.text()).as(run.title()).isEmpty();
    } else {
      assertThat(difference.isExact("saved_bytes")).as(run.title()).isTrue();
      assertThat(difference.off("replayed_allocated_peak_bytes")).isLessThan(0.005);
    }
  }

  @Test
  void anEncoderThatIsEvaluatedMayRunAsOneOperator() {
    // Given an encoder that was watched in training
    LayerConfig config = GoldenReferences.runs(FOLDER, CLOSE).getFirst().config();
    // When it is predicted in evaluation
    Prediction prediction =
        predictor.predict(new WhatIf(null, null, null, "inference", null).applied(config));
    // Then that is not called exact
    assertThat(prediction.confidence()).isEqualTo(Confidence.MODELLED);
    assertThat(prediction.reasons())
        .contains(
            "layer enc.layers.0: evaluated step by step, where PyTorch may run it as one operator");
  }
}
