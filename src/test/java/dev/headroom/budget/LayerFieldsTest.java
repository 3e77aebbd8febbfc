package dev.headroom.budget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.Network;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Fields that a config says more with: what each of them changes, to the byte.
class LayerFieldsTest {

  private static final String SINGLE = "{\"parameters\": \"float32\"}";
  private static final String AUTOCAST =
      "{\"parameters\": \"float32\", \"autocast\": \"bfloat16\"}";

  /// Two samples of a linear layer's 64 results.
  private static final int ELEMENTS = 128;

  private final Predictor predictor = new Predictor(new KnownOverheads());

  @Test
  void toMakesNothingWhereTheFormatIsThere() {
    // Given a config with `to` float32 between its layers
    String layers = linear("a", "x") + ", " + to("b", "a", "\"dtype\": \"float32\"");
    // When it runs in float32
    Budget budget = predict("training", SINGLE, layers + ", " + linear("c", "b"));
    // Then it saves what the same network without it saves
    Budget without = predict("training", SINGLE, linear("a", "x") + ", " + linear("c", "a"));
    assertThat(budget.saved()).isEqualTo(without.saved());
    assertThat(budget.peak().tensor()).isEqualTo(without.peak().tensor());
  }

  @Test
  void toRaisesAHalfResult() {
    // Given gelu, which saves its input, of a half result and of the same in float32
    String raised = linear("a", "x") + ", " + to("b", "a", "\"dtype\": \"float32\"");
    // When both run under autocast
    Budget budget = predict("training", AUTOCAST, raised + ", " + gelu("c", "b"));
    Budget without = predict("training", AUTOCAST, linear("a", "x") + ", " + gelu("c", "a"));
    // Then four bytes an element are saved where it were two
    assertThat(budget.saved().bytes() - without.saved().bytes()).isEqualTo(2L * ELEMENTS);
  }

  @Test
  void toTakesTheFormatOfAnotherValue() {
    // Given a value that is raised, and lowered again as the one it came from
    String layers =
        linear("a", "x")
            + ", "
            + to("b", "a", "\"dtype\": \"float32\"")
            + ", "
            + to("c", "b", "\"dtype_of\": \"a\"");
    // When
    Budget budget = predict("training", AUTOCAST, layers + ", " + gelu("d", "c"));
    // Then gelu saves halves, as without the two
    Budget without = predict("training", AUTOCAST, linear("a", "x") + ", " + gelu("d", "a"));
    assertThat(budget.saved()).isEqualTo(without.saved());
  }

  @Test
  void autocastThatIsSwitchedOffCastsNothing() {
    // Given a linear layer around which the model switches autocast off
    String off = linear("a", "x").replace("}", ", \"autocast\": false}");
    // When
    Budget budget = predict("training", AUTOCAST, off);
    // Then it saves its input in float32, the resident one itself, as float32 training does
    Budget single = predict("training", SINGLE, linear("a", "x"));
    Budget on = predict("training", AUTOCAST, linear("a", "x"));
    assertThat(budget.saved()).isEqualTo(single.saved());
    assertThat(budget.saved()).isNotEqualTo(on.saved());
  }

  @Test
  void aValueHeldInEvaluationStays() {
    // Given a value that the module makes in its first evaluation and keeps
    String layers = linear("a", "x") + ", " + gelu("b", "a") + ", " + linear("c", "b");
    String held =
        layers.replace("\"name\": \"b\"", "\"held_in_evaluation\": true, \"name\": \"b\"");
    // When it is evaluated, and when it is trained
    Budget evaluated = predict("inference", SINGLE, held);
    Budget trained = predict("training", SINGLE, held);
    // Then evaluation ends with it still there, and training does not know it
    Budget without = predict("inference", SINGLE, layers);
    assertThat(evaluated.peak().tensor().bytes() - without.peak().tensor().bytes())
        .isBetween(0L, 4L * ELEMENTS);
    assertThat(liveAtEnd("inference", held) - liveAtEnd("inference", layers))
        .isEqualTo(4L * ELEMENTS);
    assertThat(trained.peak()).isEqualTo(predict("training", SINGLE, layers).peak());
  }

  @Test
  void aBufferIsReplacedInTheFirstPass() {
    // Given a buffer of one number, in whose place the first pass puts a constant of four
    String buffer =
        "{\"name\": \"b\", \"type\": \"buffer\", \"inputs\": [], \"shape\": [1], "
            + "\"held_until\": \"c\"}, ";
    String made =
        "{\"name\": \"c\", \"type\": \"constant\", \"inputs\": [], \"shape\": [64], "
            + "\"held_until\": \"a\"}, ";
    String kept =
        made.replace(
            "\"name\"", "\"held_in_training\": true, \"held_in_evaluation\": true, \"name\"");
    String sum = layer("a", "add", "x\", \"c", "\"inplace\": false");
    for (String mode : new String[] {"training", "inference"}) {
      // When
      long without = liveAtEnd(mode, made + sum);
      // Then the constant stays, and the buffer goes
      assertThat(liveAtEnd(mode, buffer + made + sum)).as(mode).isEqualTo(without);
      assertThat(liveAtEnd(mode, buffer + kept + sum)).as(mode).isEqualTo(without + 4 * 64);
      assertThat(predict(mode, SINGLE, buffer + kept + sum).bufferBytes().bytes()).isEqualTo(4);
    }
  }

  @Test
  void aConcatOfFoldedBatchesSaysItsShape() {
    // Given two values of four windows a sample, side by side along the channels
    String windows = "\"shape\": [4, 8, 2], \"batched\": true";
    String layers =
        linear("a", "x")
            + ", {\"name\": \"w\", \"type\": \"reshape\", \"inputs\": [\"a\"], "
            + windows
            + "}, {\"name\": \"v\", \"type\": \"relu\", \"inputs\": [\"w\"]}"
            + ", {\"name\": \"c\", \"type\": \"concat\", \"inputs\": [\"w\", \"v\"], \"dim\": 1,"
            + " \"output_shape\": [4, 16, 2]}";
    // When
    Budget budget = predict("training", SINGLE, layers);
    // Then it is answered, with a result of both parts
    assertThat(budget.layers().getLast().output().bytes()).isEqualTo(2L * 4 * ELEMENTS);
  }

  @Test
  void whatRunsWithinNoGradSavesNothing() {
    // Given gelu, which saves its input
    String first = linear("a", "x") + ", ";
    // When it runs within torch.no_grad()
    Budget budget =
        predict("training", SINGLE, first + layer("c", "gelu", "a", "\"requires_grad\": false"));
    Budget recorded = predict("training", SINGLE, first + gelu("c", "a"));
    // Then its input is not saved
    assertThat(recorded.saved().bytes() - budget.saved().bytes()).isEqualTo(4L * ELEMENTS);
  }

  @Test
  void aGradientIsCopiedAsOftenAsTheConfigSays() {
    // Given a view between two linear layers, whose gradient lies in order
    String view = "\"shape\": [64], \"gradient_copies\": ";
    String first = linear("a", "x") + ", ";
    // When the config says that its gradient is copied, and that it is not
    long copied =
        allocations(first + layer("v", "reshape", "a", view + 2) + ", " + linear("b", "v"));
    long looked =
        allocations(first + layer("v", "reshape", "a", view + 0) + ", " + linear("b", "v"));
    // Then each copy is a storage of its own
    assertThat(copied - looked).isEqualTo(2);
  }

  @Test
  void aConstantLivesAsLongAsTheConfigSays() {
    // Given a constant that nothing reads, beside a linear layer
    String constant =
        "{\"name\": \"t\", \"type\": \"constant\", \"inputs\": [], \"shape\": [4096], ";
    String rest = linear("a", "x") + ", " + linear("b", "a");
    // When it goes at once, and when it is held until the end
    Budget gone = predict("inference", SINGLE, constant + "\"held_until\": \"t\"}, " + rest);
    Budget held = predict("inference", SINGLE, constant + "\"held_until\": \"b\"}, " + rest);
    // Then it is the peak alone, or together with both layers' results
    assertThat(held.peak().tensor().bytes() - gone.peak().tensor().bytes())
        .isEqualTo(2L * 4 * ELEMENTS);
  }

  @Test
  void whatIsWrappedIsGatheredTogether() {
    // Given a block of two linear layers, shared among eight ranks
    String layers = linear("h.0", "x") + ", " + linear("h.1", "h.0");
    String apart = fsdp("");
    String together = fsdp(", \"wrapped\": [\"h\"]");
    // When
    Budget each = predict("inference", SINGLE + apart, layers);
    Budget block = predict("inference", SINGLE + together, layers);
    // Then a unit holds both layers' 2 · (64 · 64 + 64) parameters at once, as two units do
    long both = 4L * 2 * (64 * 64 + 64);
    MemorySize most = block.categoryMaxima().getOrDefault(Category.PARAMETERS, MemorySize.ZERO);
    assertThat(most.bytes()).isEqualTo(block.parameterBytes().bytes() + both);
    assertThat(each.parameterBytes()).isEqualTo(block.parameterBytes());
    assertThat(block.confidence()).isEqualTo(Confidence.MODELLED);
  }

  private long liveAtEnd(String mode, String layers) {
    AllocationEvents events = events(mode, layers);
    return IntStream.range(0, events.size())
        .mapToLong(i -> (events.isAllocation(i) ? 1 : -1) * events.storageAt(i).bytes())
        .sum();
  }

  private static long allocations(String layers) {
    AllocationEvents events = events("training", layers);
    return IntStream.range(0, events.size()).filter(events::isAllocation).count();
  }

  private static AllocationEvents events(String mode, String layers) {
    var config = LayerConfigDecoder.read(json(mode, SINGLE, layers).getBytes(UTF_8));
    return AllocationTrace.of(config, (Network) config.description()).events();
  }

  private Budget predict(String mode, String precision, String layers) {
    Prediction prediction =
        predictor.predict(LayerConfigDecoder.read(json(mode, precision, layers).getBytes(UTF_8)));
    assertThat(prediction).as("%s", prediction.reasons()).isInstanceOf(Budget.class);
    return (Budget) prediction;
  }

  private static String json(String mode, String precision, String layers) {
    String last = layers.substring(layers.lastIndexOf("\"name\": \"") + 9);
    return """
        {"schema": "headroom/layer-config/1", "job": "t", "model": "t",
         "framework": {"name": "pytorch", "version": "2.15.0"},
         "mode": "%s", "batch_size": 2, "optimizer": {"type": "sgd"}, "precision": %s,
         "inputs": [{"name": "x", "shape": [64], "dtype": "float32"}],
         "layers": [%s], "outputs": ["%s"], "loss": {"type": "none", "inputs": ["%s"]}}
        """
        .formatted(mode, precision, layers, name(last), name(last));
  }

  private static String name(String rest) {
    return rest.substring(0, rest.indexOf('"'));
  }

  private static String fsdp(String more) {
    return ", \"parallelism\": {\"strategy\": \"fsdp\", \"world_size\": 8%s}".formatted(more);
  }

  private static String linear(String name, String input) {
    return layer(name, "linear", input, "\"in_features\": 64, \"out_features\": 64");
  }

  private static String gelu(String name, String input) {
    return "{\"name\": \"%s\", \"type\": \"gelu\", \"inputs\": [\"%s\"]}".formatted(name, input);
  }

  private static String to(String name, String input, String format) {
    return layer(name, "to", input, format);
  }

  private static String layer(String name, String type, String input, String more) {
    return "{\"name\": \"%s\", \"type\": \"%s\", \"inputs\": [\"%s\"], %s}"
        .formatted(name, type, input, more);
  }
}
