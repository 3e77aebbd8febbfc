package dev.headroom.wire;

import dev.headroom.network.DType;
import dev.headroom.network.Layer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One layer of a config as its fields come; made into a layer once the model's precision is known.
final class LayerFields {

  private @Nullable String name;
  private @Nullable String type;
  private List<String> inputs = List.of();
  private String shares = "";
  private String weight = "";
  private String heldUntil = "";
  private boolean trainable = true;
  private boolean trainingOnly;
  private Layer.Growth batched = Layer.Growth.DEFAULT;
  private @Nullable DType dtype;
  private final Attributes attributes = new Attributes();

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
      return new Layer(
          own,
          inputs,
          Operations.of(String.valueOf(type), attributes, dtype == null ? precision : dtype),
          new Layer.Traits(shares, weight, heldUntil, trainable, trainingOnly, batched, dtype));
    } catch (MalformedException | IllegalArgumentException | ArithmeticException e) {
      throw wrong(own, e);
    }
  }

  private static MalformedException wrong(String layer, Exception e) {
    return new MalformedException(
        Reasons.reason("layer %s: %s".formatted(Reasons.shown(layer), e.getMessage())));
  }

  private void take(String field, MessageReader in) throws MalformedException, IOException {
    switch (field) {
      case "name" -> name = in.name(field, LayerConfigDecoder.MAX_NAME);
      case "type" -> type = in.text(field);
      case "inputs" -> inputs = names(field, in);
      case "shares" -> shares = in.name(field, LayerConfigDecoder.MAX_NAME);
      case "weight" -> weight = in.name(field, LayerConfigDecoder.MAX_NAME);
      case "held_until" -> heldUntil = in.name(field, LayerConfigDecoder.MAX_NAME);
      case "trainable" -> trainable = in.truth(field);
      case "training_only" -> trainingOnly = in.truth(field);
      case "batched" -> batched = in.truth(field) ? Layer.Growth.BATCHED : Layer.Growth.FIXED;
      case "dtype" -> dtype = WireNames.dtype(field, in.text(field));
      default -> attributes.take(field, in);
    }
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
