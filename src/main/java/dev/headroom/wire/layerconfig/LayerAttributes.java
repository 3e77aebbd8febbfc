package dev.headroom.wire.layerconfig;

import dev.headroom.network.operation.AttributeReader;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.OperationType.AttributeKind;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.Printable;
import dev.headroom.wire.json.WireNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// What a layer says of its type, kept until its type is known: fields come in any order.
final class LayerAttributes implements AttributeReader {

  private static final int MAX_NUMBERS = 1024;

  /// As many names are kept of a layer; more say no more.
  private static final int MAX_UNKNOWN = 4;

  /// The kind of every attribute that any type of layer has.
  private static final Map<String, AttributeKind> KINDS = new HashMap<>();

  static {
    Operation.types().forEach(type -> KINDS.putAll(type.attributes()));
  }

  private final Map<String, Object> values = new HashMap<>();
  private final Set<String> unknown = new TreeSet<>();
  private DType dtype = DType.FLOAT32;

  /// Keeps the value under the cursor if any layer has an attribute of that name.
  void take(String name, MessageReader in) throws MalformedException, IOException {
    AttributeKind kind = KINDS.get(name);
    if (kind == null) {
      if (unknown.size() < MAX_UNKNOWN) {
        unknown.add(Printable.quoted(name));
      }
      in.skip();
      return;
    }
    values.put(
        name,
        switch (kind) {
          case STRING -> in.name(name, LayerConfigDecoder.MAX_NAME);
          case BOOLEAN -> in.bool(name);
          case NUMBERS -> in.isArray() ? numbers(name, in) : (Object) in.number(name);
          case INTEGERS -> integer(name, in);
        });
  }

  /// The names that were given and are not among those of the layer's type.
  List<String> beyond(Set<String> known) {
    var beyond = new TreeSet<>(unknown);
    values.keySet().stream().filter(name -> !known.contains(name)).forEach(beyond::add);
    return List.copyOf(beyond);
  }

  /// Sets the format of the layer's result.
  void dtype(DType format) {
    this.dtype = format;
  }

  @Override
  public DType dtype() {
    return dtype;
  }

  @Override
  public boolean has(String name) {
    return values.containsKey(name);
  }

  @Override
  public boolean bool(String name, boolean otherwise) {
    return values.get(name) instanceof Boolean truth ? truth : otherwise;
  }

  @Override
  public String string(String name) {
    if (required(name) instanceof String word) {
      return word;
    }
    throw new IllegalArgumentException(name + " is not a string");
  }

  @Override
  public double number(String name, double otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    if (values.get(name) instanceof Double fraction) {
      return fraction;
    }
    throw new IllegalArgumentException(name + " is not a number");
  }

  @Override
  public List<Double> numbers(String name) {
    if (!has(name)) {
      return List.of();
    }
    Object value = values.get(name);
    var all = new ArrayList<Double>();
    for (Object element : value instanceof List<?> list ? list : List.of(value)) {
      if (!(element instanceof Double fraction)) {
        throw new IllegalArgumentException(name + " is not a list of numbers");
      }
      all.add(fraction);
    }
    return all;
  }

  @Override
  public int integer(String name) {
    return narrow(name, longInteger(name));
  }

  @Override
  public int integer(String name, int otherwise) {
    return has(name) ? integer(name) : otherwise;
  }

  @Override
  public long longInteger(String name) {
    if (required(name) instanceof Long large) {
      return large;
    }
    throw new IllegalArgumentException(name + " is not a whole number");
  }

  @Override
  public long longInteger(String name, long otherwise) {
    return has(name) ? longInteger(name) : otherwise;
  }

  @Override
  public List<Integer> integers(String name) {
    var all = new ArrayList<Integer>();
    for (long large : longIntegers(name)) {
      all.add(narrow(name, large));
    }
    return all;
  }

  @Override
  public List<Integer> integers(String name, List<Integer> otherwise) {
    return has(name) ? integers(name) : otherwise;
  }

  @Override
  public List<Integer> integers(String name, int dimensions, int otherwise) {
    return integers(name, Collections.nCopies(dimensions, otherwise));
  }

  @Override
  public TensorShape shape(String name) {
    return new TensorShape(longIntegers(name));
  }

  @Override
  public TensorShape shapeOrNone(String name) {
    return has(name) ? shape(name) : TensorShape.of();
  }

  @Override
  public <T> T oneOf(String name, T[] all, Function<T, String> wireName) {
    try {
      return WireNames.of(name, string(name), all, wireName);
    } catch (MalformedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public List<List<Integer>> pairs(String name, int dimensions) {
    if (!has(name)) {
      return Collections.nCopies(dimensions, List.of(0, 0));
    }
    if (!(required(name) instanceof List<?> list)) {
      throw new IllegalArgumentException(name + " is not a list");
    }
    var all = new ArrayList<List<Integer>>();
    for (Object element : list) {
      if (element instanceof Long both) {
        all.add(Collections.nCopies(2, narrow(name, both)));
      } else if (element instanceof List<?> pair
          && pair.size() == 2
          && pair.get(0) instanceof Long before
          && pair.get(1) instanceof Long after) {
        all.add(List.of(narrow(name, before), narrow(name, after)));
      } else {
        throw new IllegalArgumentException(name + " is not a list of numbers or pairs");
      }
    }
    return all;
  }

  @Override
  public boolean is(String name, String word) {
    return word.equals(values.get(name));
  }

  private List<Long> longIntegers(String name) {
    Object value = required(name);
    var all = new ArrayList<Long>();
    for (Object element : value instanceof List<?> list ? list : List.of(value)) {
      if (!(element instanceof Long large)) {
        throw new IllegalArgumentException(name + " is not a list of whole numbers");
      }
      all.add(large);
    }
    return all;
  }

  private Object required(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  private static int narrow(String name, long value) {
    if (value != (int) value) {
      throw new IllegalArgumentException("%s is too large: %d".formatted(name, value));
    }
    return (int) value;
  }

  private static List<Double> numbers(String name, MessageReader in)
      throws MalformedException, IOException {
    in.array(name);
    var all = new ArrayList<Double>();
    while (in.nextElement()) {
      requireRoom(name, all);
      all.add(in.number(name));
    }
    return all;
  }

  /// A number, a list of numbers, a list of lists of numbers, or a word such as `same`.
  private static Object integer(String name, MessageReader in)
      throws MalformedException, IOException {
    if (in.isString()) {
      return in.name(name, LayerConfigDecoder.MAX_NAME);
    }
    if (!in.isArray()) {
      return in.signedInteger(name);
    }
    var all = new ArrayList<Object>();
    while (in.nextElement()) {
      requireRoom(name, all);
      if (in.isArray()) {
        var inner = new ArrayList<Long>();
        while (in.nextElement()) {
          requireRoom(name, inner);
          inner.add(in.signedInteger(name));
        }
        all.add(inner);
      } else {
        all.add(in.signedInteger(name));
      }
    }
    return all;
  }

  private static void requireRoom(String name, List<?> numbers) throws MalformedException {
    if (numbers.size() == MAX_NUMBERS) {
      throw new MalformedException("%s has more than %d numbers".formatted(name, MAX_NUMBERS));
    }
  }
}
