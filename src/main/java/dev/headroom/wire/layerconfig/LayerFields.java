package dev.headroom.wire.layerconfig;

import dev.headroom.network.Layer;
import dev.headroom.network.tensor.DType;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.Printable;
import dev.headroom.wire.json.WireNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One layer of a config as its fields come; made into a layer once the model's precision is known.
final class LayerFields {

  /// More views than any chain of them has.
  private static final int MAX_COPIES = 64;

  private @Nullable String name;
  private @Nullable String type;
  private List<String> inputs = List.of();
  private final Layer.Builder traits = Layer.Traits.builder();
  private final LayerAttributes attributes = new LayerAttributes();

  /// @param index tells a layer without a name apart
  LayerFields read(int index, MessageReader in) throws MalformedException, IOException {
    in.object("layer " + index);
    try {
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        if (!in.isNull()) {
          take(field, in);
        }
      }
      if (name == null) {
        throw MessageReader.missing("name");
      }
      if (type == null) {
        throw MessageReader.missing("type");
      }
      return this;
    } catch (MalformedException e) {
      throw wrong(name == null ? "" + index : name, e);
    }
  }

  Layer layer(DType precision) throws MalformedException {
    String own = String.valueOf(name);
    try {
      DType dtype = traits.dtype();
      attributes.dtype(dtype == null ? precision : dtype);
      String kind = String.valueOf(type);
      traits.unknown(OperationDecoder.unknown(kind, attributes));
      return new Layer(own, inputs, OperationDecoder.of(kind, attributes), traits.build());
    } catch (MalformedException | IllegalArgumentException | ArithmeticException e) {
      throw wrong(own, e);
    }
  }

  private static MalformedException wrong(String layer, Exception e) {
    return new MalformedException(
        Printable.truncated("layer %s: %s".formatted(Printable.quoted(layer), e.getMessage())));
  }

  private void take(String field, MessageReader in) throws MalformedException, IOException {
    switch (field) {
      case "name" -> name = in.name(field, LayerConfigDecoder.MAX_NAME);
      case "type" -> type = in.string(field);
      case "inputs" -> inputs = names(field, in);
      case "shares" -> traits.shares(layerName(field, in));
      case "weight" -> traits.weight(layerName(field, in));
      case "bias_from" -> traits.biasFrom(layerName(field, in));
      case "held_until" -> traits.heldUntil(layerName(field, in));
      case "call" -> traits.call(layerName(field, in));
      case "trainable" -> traits.trainable(in.bool(field));
      case "training_only" -> traits.trainingOnly(in.bool(field));
      case "autocast" -> traits.autocast(in.bool(field));
      case "held_in_evaluation" -> traits.heldInEvaluation(in.bool(field));
      case "held_in_training" -> traits.heldInTraining(in.bool(field));
      case "requires_grad" -> traits.requiresGrad(in.bool(field));
      case "batched" -> traits.batched(in.bool(field) ? Layer.Growth.BATCHED : Layer.Growth.FIXED);
      case "dtype" -> traits.dtype(WireNames.dtype(field, in.string(field)));
      case "dynamic" -> traits.dynamic(DynamicFields.read(in));
      case "placed" -> traits.placed(place(field, in));
      case "stepped" -> traits.stepped(place(field, in));
      case "gradient_copies" -> traits.gradientCopies(copies(field, in));
      default -> attributes.take(field, in);
    }
  }

  private static String layerName(String field, MessageReader in)
      throws MalformedException, IOException {
    return in.name(field, LayerConfigDecoder.MAX_NAME);
  }

  private static int place(String field, MessageReader in) throws MalformedException, IOException {
    long place = in.integer(field);
    if (place < 0 || place > Integer.MAX_VALUE) {
      throw new MalformedException("%s is no place: %d".formatted(field, place));
    }
    return (int) place;
  }

  private static int copies(String field, MessageReader in) throws MalformedException, IOException {
    long copies = in.integer(field);
    if (copies < 0 || copies > MAX_COPIES) {
      throw new MalformedException("%s is not in 0…%d: %d".formatted(field, MAX_COPIES, copies));
    }
    return (int) copies;
  }

  /// Names of layers or modules.
  static List<String> names(String field, MessageReader in) throws MalformedException, IOException {
    in.array(field);
    var names = new ArrayList<String>(2);
    while (in.nextElement()) {
      if (names.size() == LayerConfigDecoder.MAX_NAMES) {
        throw new MalformedException(
            "%s has more than %d names".formatted(field, LayerConfigDecoder.MAX_NAMES));
      }
      names.add(in.name(field, LayerConfigDecoder.MAX_NAME));
    }
    return names;
  }
}
