package dev.headroom.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Optimizer.Implementation;
import dev.headroom.network.setup.Optimizer.Kind;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class SetupTextTest {

  private static final TrainingSetup PLAIN = TrainingSetup.of(4, Optimizer.SGD);

  @Test
  void saysWhatIsUsual() {
    assertThat(SetupText.of(PLAIN)).isEqualTo("training, batch 4, float32, sgd");
    assertThat(SetupText.of(PLAIN.withMode(RunMode.INFERENCE)))
        .isEqualTo("inference, batch 4, float32");
  }

  @Test
  void saysWhatIsNot() {
    TrainingSetup rich =
        PLAIN
            .withPrecision(new Precision(DType.FLOAT32, DType.FLOAT16))
            .withOptimizer(new Optimizer(Kind.ADAM, 0.9, false, true, false, Implementation.FUSED))
            .withGradients(new Gradients(true, 3))
            .withCheckpointing(List.of("a", "b"))
            .withParallelism(new Parallelism(Parallelism.Strategy.DDP, 8, false));
    assertThat(SetupText.of(rich))
        .isEqualTo(
            "training, batch 4, float32, autocast to float16, adam with momentum 0.9 (amsgrad)"
                + " (fused), accumulated over 3, 2 modules checkpointed, ddp over 8 ranks");
    assertThat(SetupText.of(rich.withMode(RunMode.INFERENCE)))
        .isEqualTo("inference, batch 4, float32, autocast to float16, ddp over 8 ranks");
    assertThat(SetupText.of(PLAIN.withCheckpointing(List.of("a"))))
        .endsWith("1 module checkpointed");
  }
}
