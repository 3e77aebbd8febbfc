package dev.headroom.budget.iteration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.GoldenReferences;
import dev.headroom.budget.Peak;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Steps that are the peak, tensor by tensor; the figures are those of the references' README.
class OptimizerStepTest {

  private final Predictor predictor = new Predictor(new KnownOverheads());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adam,for_loop                      | 109256880",
        "nadam,for_loop                     | 109256880",
        "adadelta,for_loop                  | 109256880",
        "radam,for_loop                     | 109240496",
        "adamax,for_loop                    | 100851888",
        "rmsprop,for_loop                   | 77758600",
        "adagrad,for_loop                   | 77758600",
        "sgd,momentum=0.9,nesterov,for_loop | 77742216"
      })
  void whatOneParametersStepNamedLastLivesOn(String optimizer, long tensor) {
    // When
    LayerConfig config =
        new WhatIf(2, null, optimizer, null, null).applied(GoldenReferences.config("WideMlp"));
    // Then
    assertThat(peak(config).tensor()).isEqualTo(new MemorySize(tensor));
  }

  /// Adafactor's: `torch.optim.Adafactor` of 2.15 after a step on the CPU, without step counts. Of
  /// 8-bit Adam: from the shapes, by bitsandbytes' `optimizer.py`.
  @ParameterizedTest
  @CsvSource({
    "resnet18, adafactor, 30730048",
    "vit_b_16, adafactor, 1391192",
    "resnet18, adam8bit, 23807592",
    "vit_b_16, adam8bit, 176579960"
  })
  void stateThatIsSmallerThanTheParameters(String network, String optimizer, long bytes) {
    // When
    LayerConfig config =
        new WhatIf(null, null, optimizer, null, null).applied(GoldenReferences.config(network));
    // Then
    assertThat(((Budget) predictor.predict(config)).optimizerStateBytes())
        .isEqualTo(new MemorySize(bytes));
  }

  @Test
  void expandableSegmentsReserveNoMoreAndAreModelled() {
    // Given
    LayerConfig fixed = GoldenReferences.config("resnet18");
    LayerConfig expandable = fixed.withSetup(fixed.setup().withExpandableSegments(true));
    // Then
    assertThat(peak(expandable).reserved()).isLessThanOrEqualTo(peak(fixed).reserved());
    assertThat(predictor.predict(expandable).confidence()).isEqualTo(Confidence.MODELLED);
  }

  private Peak peak(LayerConfig config) {
    return ((Budget) predictor.predict(config)).peak();
  }
}
