package dev.headroom.wire.layerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.StringPool;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SetupFieldsTest {

  @Test
  void readEveryField() throws MalformedException {
    assertThat(
            read(
                """
                {"mode": "inference", "batch_size": 4, "x": 1,
                 "precision": {"parameters": "float32", "autocast": "float16", "x": 1},
                 "optimizer": {"type": "adam", "momentum": 0.5, "weight_decay": 0.25,
                   "nesterov": true, "amsgrad": true, "centered": true, "x": 1,
                   "implementation": "fused"},
                 "gradients": {"set_to_none": false, "accumulation_steps": 3, "x": 1},
                 "parallelism": {"strategy": "fsdp", "world_size": 8, "x": 1, "wrapped": ["h"],
                   "gradient_as_bucket_view": true, "reshard_after_forward": false},
                 "allocator": {"x": 1, "expandable_segments": true}, "checkpointing": ["a", "b"]}
                """))
        .isEqualTo(
            new TrainingSetup(
                RunMode.INFERENCE,
                4,
                new Precision(DType.FLOAT32, DType.FLOAT16),
                new Optimizer(
                    Optimizer.Kind.ADAM,
                    0.5,
                    0.25,
                    true,
                    true,
                    true,
                    Optimizer.Implementation.FUSED),
                new Gradients(false, 3),
                new Parallelism(Parallelism.Strategy.FSDP, 8, true, List.of("h"), false, 25),
                List.of("a", "b"),
                true));
  }

  @Test
  void whatIsNotSaidIsPlain() throws MalformedException {
    TrainingSetup plain = TrainingSetup.of(4, Optimizer.SGD);
    assertThat(read("{\"batch_size\": 4}")).isEqualTo(plain);
    assertThat(
            read(
                """
                {"batch_size": 4, "precision": {}, "optimizer": {"momentum": null},
                 "gradients": {"set_to_none": null}, "parallelism": {"world_size": null},
                 "allocator": {"expandable_segments": null}}
                """))
        .isEqualTo(plain);
    assertThat(read("{\"batch_size\": 4, \"precision\": {\"parameters\": \"float64\"}}"))
        .isEqualTo(plain.withPrecision(new Precision(DType.FLOAT64, DType.FLOAT64)));
    assertThat(read("{\"batch_size\": 4, \"allocator\": {\"expandable_segments\": false}}"))
        .isEqualTo(plain);
    assertThatThrownBy(() -> read("{}")).hasMessage("batch_size is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'mode': 'x' | mode is unknown: x",
        "'batch_size': 0 | batch_size < 1: 0",
        "'precision': 1 | precision is not an object",
        "'precision': {'parameters': 'x'} | precision.parameters is unknown: x",
        "'precision': {'autocast': 'x'} | precision.autocast is unknown: x",
        "'optimizer': 1 | optimizer is not an object",
        "'optimizer': {'type': 'x'} | optimizer.type is unknown: x",
        "'optimizer': {'momentum': 'x'} | optimizer.momentum is not a number",
        "'optimizer': {'weight_decay': 'x'} | optimizer.weight_decay is not a number",
        "'optimizer': {'nesterov': 1} | optimizer.nesterov is neither true nor false",
        "'optimizer': {'amsgrad': 1} | optimizer.amsgrad is neither true nor false",
        "'optimizer': {'centered': 1} | optimizer.centered is neither true nor false",
        "'optimizer': {'implementation': 'x'} | optimizer.implementation is unknown: x",
        "'gradients': 1 | gradients is not an object",
        "'gradients': {'set_to_none': 1} | gradients.set_to_none is neither true nor false",
        "'gradients': {'accumulation_steps': 0} | gradients.accumulation_steps < 1: 0",
        "'parallelism': 1 | parallelism is not an object",
        "'parallelism': {'strategy': 'x'} | parallelism.strategy is unknown: x",
        "'parallelism': {'world_size': 0} | parallelism.world_size < 1: 0",
        "'parallelism': {'wrapped': 1} | parallelism.wrapped is not an array",
        "'allocator': 1 | allocator is not an object",
        "'allocator': {'expandable_segments': 1} | allocator.expandable_segments is neither true"
            + " nor false",
        "'checkpointing': 1 | checkpointing is not an array"
      })
  void refuseByName(String fields, String why) {
    String json = "{'batch_size': 4, %s}".formatted(fields).replace('\'', '"');
    assertThatThrownBy(() -> read(json)).hasMessage(why);
  }

  private static TrainingSetup read(String json) throws MalformedException {
    return MessageReader.read(
        json.getBytes(UTF_8),
        4096,
        new StringPool(4),
        in -> {
          var fields = new SetupFields();
          for (String f = in.nextField(); f != null; f = in.nextField()) {
            if (!in.isNull() && !fields.take(f, in)) {
              assertThat(f).isEqualTo("x");
              in.skip();
            }
          }
          TrainingSetup setup = fields.setup();
          assertThat(fields.precision()).isEqualTo(setup.precision());
          return setup;
        });
  }
}
