package dev.headroom.budget.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

  @ParameterizedTest
  @CsvSource({
    "bf16, bfloat16",
    "fp16, float16",
    "half, float16",
    "fp32, float32",
    "amp, autocast-float16",
    "amp-bf16, autocast-bfloat16",
    "autocast-bf16, autocast-bfloat16"
  })
  void shortNamesOfPrecisionsMeanTheFullOnes(String brief, String full) {
    // Then
    assertThat(new WhatIf(null, brief, null, null, null).applied(JOB))
        .isEqualTo(new WhatIf(null, full, null, null, null).applied(JOB));
  }

  @Test
  void ranksAndAccumulationChange() {
    // When
    TrainingSetup setup = ranks("fsdp", 8, 4).applied(JOB).setup();

    // Then
    assertThat(setup.parallelism()).isEqualTo(new Parallelism(Strategy.FSDP, 8, false));
    assertThat(setup.gradients().accumulationSteps()).isEqualTo(4);
    assertThat(ranks("none", null, null).applied(JOB.withSetup(setup)).setup().parallelism())
        .isEqualTo(Parallelism.NONE);
    assertThat(ranks(null, 16, null).applied(JOB.withSetup(setup)).setup().parallelism())
        .isEqualTo(new Parallelism(Strategy.FSDP, 16, false));
  }

  @ParameterizedTest
  @CsvSource({
    "fsdp, , strategy fsdp needs a world-size of 2 or more",
    ", 8, 'world-size needs a strategy, such as fsdp or ddp'",
    "fdsp, 8, 'strategy unknown: fdsp (known: none, ddp, fsdp, zero1, zero2, zero3, pipeline, tensor)'",
    "fsdp, 0, strategy fsdp needs a world-size of 2 or more"
  })
  void ranksThatAreNoneAreRefused(
      @Nullable String strategy, @Nullable Integer worldSize, String why) {
    // Then
    assertThatThrownBy(() -> ranks(strategy, worldSize, null).applied(JOB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  private static WhatIf ranks(
      @Nullable String strategy, @Nullable Integer worldSize, @Nullable Integer accumulate) {
    return new WhatIf(
        null, null, null, null, null, null, new WhatIf.Ranks(strategy, worldSize), accumulate);
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
          1   | quarter          | sgd            | training | precision unknown: quarter (known: float32, float64, float16, bfloat16, autocast-float16, autocast-bfloat16, and short fp32, fp64, fp16, bf16, amp, amp-bf16)
          1   | float32          | adamm          | training | optimizer unknown: adamm (known: sgd, adam, adamw, nadam, radam, adamax, adadelta, adagrad, rmsprop, adafactor, lion, lamb, lars, adam8bit)
          1   | float32          | sgd,fast       | training | optimizer has no such option: fast (known: momentum=0.9, nesterov, amsgrad, centered, foreach, fused, for_loop)
          1   | float32          | sgd,momentum=x | training | optimizer.momentum is no number: momentum=x
          1   | float32          | sgd,momentum=7 | training | optimizer.momentum outside 0 to 1: 7.0
          1   | float32          | sgd            | testing  | mode unknown: testing (known: training, inference)
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
