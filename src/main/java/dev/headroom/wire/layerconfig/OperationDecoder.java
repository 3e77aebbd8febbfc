package dev.headroom.wire.layerconfig;

import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.OperationType;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.Printable;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Makes an operation of a layer's type and attributes, as the operations themselves say.
final class OperationDecoder {

  private static final Map<String, OperationType> TYPES =
      Operation.types().stream()
          .collect(Collectors.toUnmodifiableMap(OperationType::name, Function.identity()));

  private OperationDecoder() {}

  /// @throws IllegalArgumentException naming the attribute, if its value is out of range
  static Operation of(String type, LayerAttributes attributes) throws MalformedException {
    return known(type).read(attributes);
  }

  /// The attributes that were given and that the type does not have.
  static List<String> unknown(String type, LayerAttributes attributes) throws MalformedException {
    return attributes.beyond(known(type).attributes().keySet());
  }

  private static OperationType known(String type) throws MalformedException {
    OperationType known = TYPES.get(type);
    if (known == null) {
      throw new MalformedException("type is unknown: " + Printable.quoted(type));
    }
    return known;
  }
}
