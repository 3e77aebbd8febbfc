package dev.headroom.calibration.drift;

import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The same network with images of another size.
final class Resolutions {

  /// What image models are trained with.
  private static final List<Integer> USUAL =
      List.of(
          96, 112, 128, 160, 176, 192, 224, 240, 256, 260, 288, 299, 300, 320, 331, 336, 352, 380,
          384, 416, 448, 456, 480, 512, 528, 560, 600, 640, 768, 800, 1024);

  private Resolutions() {}

  /// @param words `inputs of 299×299 (declared 224×224)`
  record Changed(String words, LayerConfig config) {}

  /// Empty where the inputs are no images, or the network takes one size only.
  static List<Changed> of(LayerConfig config, Network network) {
    var changed = new ArrayList<Changed>();
    if (network.inputs().stream().allMatch(Resolutions::isImage)) {
      TensorShape now = network.inputs().getFirst().shape();
      for (int side : USUAL) {
        if (side == now.extent(1) && side == now.extent(2)) {
          continue;
        }
        try {
          String words =
              "inputs of %d×%d (declared %d×%d)"
                  .formatted(side, side, now.extent(1), now.extent(2));
          changed.add(new Changed(words, with(config, network, side)));
        } catch (IllegalArgumentException _) {
          // The network has a view or a weight that only the declared size fits.
        }
      }
    }
    return changed;
  }

  private static LayerConfig with(LayerConfig config, Network network, int side) {
    List<Input> inputs =
        network.inputs().stream()
            .map(it -> new Input(it.name(), it.shape().with(1, side).with(2, side), it.dtype()))
            .toList();
    return new LayerConfig(
        config.job(),
        config.run(),
        config.model(),
        config.framework(),
        config.setup(),
        new Network(
            inputs,
            layers(network, inputs),
            network.outputs(),
            network.loss(),
            network.lifetimes()));
  }

  /// The layers, each view that names places for other inputs with as many as there are now.
  private static List<Layer> layers(Network network, List<Input> inputs) {
    Map<String, Value> values = new HashMap<>();
    Map<Long, Long> places = new HashMap<>();
    inputs.forEach(it -> values.put(it.name(), Value.batched(it.shape())));
    var layers = new ArrayList<Layer>(network.layers().size());
    for (Layer layer : network.layers()) {
      List<Value> given = layer.inputs().stream().map(it -> value(network, values, it)).toList();
      Layer changed = layer;
      if (layer.operation() instanceof View view && !given.isEmpty()) {
        TensorShape before = network.value(layer.inputs().getFirst()).shape();
        TensorShape now = given.getFirst().shape();
        var moved = new View(view.kind(), moved(view.shape(), before, now, places));
        changed = new Layer(layer.name(), layer.inputs(), moved, layer.traits());
      }
      layers.add(changed);
      Value result = changed.operation().result(given);
      values.put(layer.name(), result);
      note(network.value(layer.name()).shape(), result.shape(), places);
    }
    return layers;
  }

  /// Keeps how many places there are now where there were so many: along a side, and altogether.
  private static void note(TensorShape before, TensorShape now, Map<Long, Long> places) {
    long all = 1;
    long allNow = 1;
    for (int i = 0; i < before.rank(); i++) {
      if (before.extent(i) != now.extent(i)) {
        places.put(before.extent(i), now.extent(i));
        all *= before.extent(i);
        allNow *= now.extent(i);
      }
    }
    if (all > 1) {
      places.put(all, allNow);
    }
  }

  private static Value value(Network network, Map<String, Value> values, String name) {
    Value value = values.get(name);
    return value == null ? network.value(name) : value;
  }

  /// A view's shape with the extents that its input has now in the place of those it had. Where the
  /// number of elements is another then, with those that were seen to change anywhere.
  private static TensorShape moved(
      TensorShape shape, TensorShape before, TensorShape now, Map<Long, Long> places) {
    TensorShape moved = shape;
    for (int at = 0; at < shape.rank(); at++) {
      for (int from = before.rank() - 1; from > 0; from--) {
        if (before.rank() == now.rank() && shape.extent(at) == before.extent(from)) {
          moved = moved.with(at, now.extent(from));
          break;
        }
      }
    }
    if (moved.elements() == now.elements()) {
      return moved;
    }
    TensorShape replaced = shape;
    for (int at = 0; at < shape.rank(); at++) {
      replaced = replaced.with(at, places.getOrDefault(shape.extent(at), shape.extent(at)));
    }
    return replaced;
  }

  private static boolean isImage(Input input) {
    return input.shape().rank() == 3 && input.shape().extent(0) <= 4;
  }
}
