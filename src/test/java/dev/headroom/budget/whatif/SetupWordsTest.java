package dev.headroom.budget.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Optimizer.Implementation;
import dev.headroom.network.setup.Optimizer.Kind;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SetupWordsTest {

  @ParameterizedTest
  @CsvSource({
    "float32, FLOAT32, FLOAT32",
    "FP64, FLOAT64, FLOAT64",
    "fp32, FLOAT32, FLOAT32",
    "fp16, FLOAT16, FLOAT16",
    "half, FLOAT16, FLOAT16",
    "bf16, BFLOAT16, BFLOAT16",
    "amp, FLOAT32, FLOAT16",
    "amp-fp16, FLOAT32, FLOAT16",
    "amp-bf16, FLOAT32, BFLOAT16",
    "autocast-bfloat16, FLOAT32, BFLOAT16",
    "autocast-fp16, FLOAT32, FLOAT16"
  })
  void aPrecisionIsThatOfParametersAndAutocast(String text, DType parameters, DType autocast) {
    assertThat(SetupWords.precision(text)).isEqualTo(new Precision(parameters, autocast));
  }

  @Test
  void anOptimizerHasOptionsInAnyOrder() {
    assertThat(SetupWords.optimizer("momentum", Implementation.FUSED))
        .isEqualTo(new Optimizer(Kind.SGD, 0.9, false, false, false, Implementation.FUSED));
    assertThat(SetupWords.optimizer("sgd,nesterov,momentum=0.5,foreach", Implementation.FUSED))
        .isEqualTo(new Optimizer(Kind.SGD, 0.5, true, false, false, Implementation.FOREACH));
    assertThat(SetupWords.optimizer("adamw,amsgrad,for_loop", Implementation.FUSED))
        .isEqualTo(new Optimizer(Kind.ADAMW, 0, false, true, false, Implementation.FOR_LOOP));
    assertThat(SetupWords.optimizer("rmsprop,centered,fused", Implementation.FOREACH).centered())
        .isTrue();
  }

  @Test
  void theStrategyOrTheRanksMayStay() {
    var now = new Parallelism(Strategy.FSDP, 4, true, List.of("block"), false, 7);
    assertThat(SetupWords.parallelism(now, null, null)).isEqualTo(now);
    assertThat(SetupWords.parallelism(now, "fsdp", 8))
        .isEqualTo(new Parallelism(Strategy.FSDP, 8, true, List.of("block"), false, 7));
    assertThat(SetupWords.parallelism(now, "ddp", null))
        .isEqualTo(
            new Parallelism(
                Strategy.DDP, 4, false, List.of(), true, Parallelism.DEFAULT_BUCKET_CAP_MB));
    assertThat(SetupWords.parallelism(now, "none", 1)).isEqualTo(Parallelism.NONE);
    assertThat(SetupWords.parallelism(Parallelism.NONE, null, 1)).isEqualTo(Parallelism.NONE);
  }

  @Test
  void whatIsNoneIsRefusedWithWhatIsKnown() {
    assertThatThrownBy(() -> SetupWords.precision("int4"))
        .hasMessageStartingWith("precision unknown: int4 (known: float32, ");
    assertThatThrownBy(() -> SetupWords.mode("testing"))
        .hasMessage("mode unknown: testing (known: training, inference)");
    assertThat(SetupWords.mode("inference")).isEqualTo(RunMode.INFERENCE);
    assertThatThrownBy(() -> SetupWords.optimizer("adam,fast", Implementation.FUSED))
        .hasMessageStartingWith("optimizer has no such option: fast");
    assertThatThrownBy(() -> SetupWords.optimizer("sgd,momentum=x", Implementation.FUSED))
        .hasMessage("optimizer.momentum is no number: momentum=x");
    assertThatThrownBy(() -> SetupWords.optimizer("what", Implementation.FUSED))
        .hasMessageStartingWith("optimizer unknown: what (known: sgd, ");
    assertThatThrownBy(() -> SetupWords.parallelism(Parallelism.NONE, null, 2))
        .hasMessage("world-size needs a strategy, such as fsdp or ddp");
    assertThatThrownBy(() -> SetupWords.parallelism(Parallelism.NONE, "ddp", 1))
        .hasMessage("strategy ddp needs a world-size of 2 or more");
    assertThatThrownBy(() -> SetupWords.parallelism(Parallelism.NONE, "fdsp", 2))
        .hasMessageStartingWith("strategy unknown: fdsp (known: none, ddp, ");
  }
}
