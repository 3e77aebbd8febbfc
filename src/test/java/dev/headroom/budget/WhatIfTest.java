package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhatIfTest {

  private static final LayerConfig JOB =
      new LayerConfig(
          "job",
          "1",
          "model",
          Framework.UNKNOWN,
          TrainingSetup.of(32, Optimizer.SGD),
          new Undescribed("a test"));

  @Test
  void changesNothingWhereNothingIsSaid() {
    // Then
    assertThat(WhatIf.NOTHING.applied(JOB)).isEqualTo(JOB);
  }

  @Test
  void changesWhatIsSaid() {
    // Given
    var whatIf =
        new WhatIf(64, "autocast-bfloat16", "adamw,amsgrad,fused", "inference", List.of("layer1"));

    // When
    TrainingSetup setup = whatIf.applied(JOB).setup();

    // Then
    assertThat(setup)
        .isEqualTo(
            TrainingSetup.of(
                    64,
                    new Optimizer(
                        Optimizer.Kind.ADAMW,
                        0,
                        false,
                        true,
                        false,
                        Optimizer.Implementation.FUSED))
                .withPrecision(new Precision(DType.FLOAT32, DType.BFLOAT16))
                .withMode(RunMode.INFERENCE)
                .withCheckpointing(List.of("layer1")));
  }

  @Test
  void readsMomentumAsAnOptimizerAndAsAnOption() {
    // When
    var plain = new WhatIf(null, null, "momentum", null, null).applied(JOB);
    var option = new WhatIf(null, null, "sgd,momentum=0.9", null, null).applied(JOB);

    // Then
    assertThat(plain).isEqualTo(option);
    assertThat(plain.setup().optimizer().momentum()).isEqualTo(0.9);
  }

  @Test
  void takesCheckpointsAway() {
    // Given
    var with = JOB.withSetup(JOB.setup().withCheckpointing(List.of("layer1")));

    // Then
    assertThat(new WhatIf(null, null, null, null, List.of("none")).applied(with)).isEqualTo(JOB);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0   | float32          | sgd            | training | batch_size < 1: 0
          1   | int8             | sgd            | training | precision.parameters is no floating format: int8
          1   | autocast-float64 | sgd            | training | precision.autocast is no half format: float64
          1   | half             | sgd            | training | dtype unknown: half
          1   | float32          | adamm          | training | optimizer unknown: adamm
          1   | float32          | sgd,fast       | training | optimizer has no such option: fast
          1   | float32          | sgd,momentum=x | training | optimizer.momentum is no number: momentum=x
          1   | float32          | sgd,momentum=7 | training | optimizer.momentum outside 0 to 1: 7.0
          1   | float32          | sgd            | testing  | mode unknown: testing
          """)
  void saysWhatIsWrong(int batch, String precision, String optimizer, String mode, String why) {
    // Given
    var whatIf = new WhatIf(batch, precision, optimizer, mode, null);

    // Then
    assertThatThrownBy(() -> whatIf.applied(JOB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }
}
