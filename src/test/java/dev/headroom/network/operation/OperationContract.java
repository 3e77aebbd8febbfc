package dev.headroom.network.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every kind of layer is asked: its result, its tensors, its attributes, and what it refuses.
/// Shapes are written without the batch, such as `3x8`; `=3x8` does not grow with it; `.` has no
/// dimensions.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OperationContract {

  private static final int LAYER = 0;
  private static final int INPUTS = 1;

  /// Lines of `type {attributes} | inputs | result | parameters | buffers`, the last two perhaps
  /// left out.
  abstract String accepted();

  /// Lines of `type {attributes} | inputs | what the message says`.
  abstract String refused();

  Stream<List<String>> acceptedLines() {
    return lines(accepted());
  }

  Stream<List<String>> refusedLines() {
    return lines(refused());
  }

  private static Stream<List<String>> lines(String text) {
    return text.lines().map(line -> Arrays.stream(line.split("\\|")).map(String::strip).toList());
  }

  @ParameterizedTest
  @MethodSource("acceptedLines")
  void makesAResultOutOfItsInputsAndItsTensors(List<String> line) {
    // When
    Network network = network(line);
    Layer layer = network.layers().getLast();
    Operation operation = layer.operation();
    List<Value> inputs = layer.inputs().stream().map(network::value).toList();
    // Then
    assertThat(text(operation.result(inputs))).isEqualTo(line.get(2));
    assertThat(text(operation.parameters())).isEqualTo(line.size() > 3 ? line.get(3) : "");
    assertThat(text(operation.buffers().stream().map(Input::shape).toList()))
        .isEqualTo(line.size() > 4 ? line.get(4) : "");
  }

  @ParameterizedTest
  @MethodSource("acceptedLines")
  void isReadAsItWasWritten(List<String> line) {
    // Given
    LayerConfig config = config(line);
    // When
    byte[] written = LayerConfigEncoder.encode(config);
    // Then
    assertThat(LayerConfigDecoder.read(written)).isEqualTo(config);
  }

  @ParameterizedTest
  @MethodSource("refusedLines")
  void refusesWhatDoesNotFit(List<String> line) {
    assertThatThrownBy(() -> network(line)).hasMessageContaining(line.get(2));
  }

  private static Network network(List<String> line) {
    return (Network) config(line).description();
  }

  private static LayerConfig config(List<String> line) {
    var inputs = new ArrayList<String>();
    var layers = new ArrayList<String>();
    var names = new ArrayList<String>();
    String[] shapes = line.get(INPUTS).isEmpty() ? new String[0] : line.get(INPUTS).split(" +");
    for (String shape : shapes) {
      String name = "x" + names.size();
      names.add('"' + name + '"');
      String extents = shape.replace("=", "").replace(".", "").replace('x', ',');
      String text =
          shape.startsWith("=")
              ? "{\"name\": \"%s\", \"type\": \"constant\", \"shape\": [%s]}"
              : "{\"name\": \"%s\", \"shape\": [%s], \"dtype\": \"float32\"}";
      (shape.startsWith("=") ? layers : inputs).add(text.formatted(name, extents));
    }
    if (inputs.isEmpty()) {
      inputs.add("{\"name\": \"unused\", \"shape\": [1], \"dtype\": \"float32\"}");
    }
    String[] typed = line.get(LAYER).replaceAll("}$", "").split(" \\{", 2);
    layers.add(
        "{\"name\": \"it\", \"type\": \"%s\", \"inputs\": %s%s}"
            .formatted(typed[0], names, typed[1].isEmpty() ? "" : ", " + typed[1]));
    return LayerConfigDecoder.read(
        """
        {"schema": "headroom/layer-config/1", "job": "t", "model": "t",
         "framework": {"name": "pytorch", "version": "2.15.0"},
         "mode": "training", "batch_size": 2, "optimizer": {"type": "sgd"},
         "inputs": %s, "layers": %s, "outputs": ["it"],
         "loss": {"type": "none", "inputs": ["it"]}}
        """
            .formatted(inputs, layers)
            .getBytes(UTF_8));
  }

  private static String text(Value value) {
    return (value.batched() ? "" : "=") + text(List.of(value.shape()));
  }

  private static String text(List<TensorShape> shapes) {
    return shapes.stream().map(OperationContract::text).collect(Collectors.joining(" "));
  }

  private static String text(TensorShape shape) {
    return shape.rank() == 0
        ? "."
        : shape.extents().stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
