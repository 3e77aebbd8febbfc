package dev.headroom.wire.layerconfig;

import dev.headroom.network.tensor.TensorShape;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a layer says of its type, kept until its type is known: fields come in any order.
final class LayerAttributes {

  private static final int MAX_NUMBERS = 1024;
  private static final Set<String> STRINGS = Set.of("backend", "dtype_of", "operator");
  private static final Set<String> BOOLEANS =
      Set.of(
          "affine",
          "bias",
          "bidirectional",
          "ceil_mode",
          "elementwise_affine",
          "inplace",
          "is_causal",
          "keepdim",
          "saves_output",
          "track_running_stats");
  private static final Set<String> NUMBERS = Set.of("dropout_p", "p", "scale_factor");
  private static final Set<String> INTEGERS =
      Set.of(
          "dilation",
          "dim",
          "embed_dim",
          "embedding_dim",
          "groups",
          "head_dim",
          "hidden_size",
          "in_channels",
          "in_features",
          "input_size",
          "kernel_size",
          "key_length",
          "noise_shape",
          "normalized_shape",
          "num_channels",
          "num_embeddings",
          "num_features",
          "num_groups",
          "num_heads",
          "num_layers",
          "num_parameters",
          "out_channels",
          "out_features",
          "output_padding",
          "output_shape",
          "output_size",
          "padding",
          "parameters",
          "query_length",
          "saved_bytes",
          "saved_bytes_per_sample",
          "saves_inputs",
          "shape",
          "size",
          "stride",
          "upscale_factor");

  private final Map<String, Object> values = new HashMap<>();

  /// Keeps the value under the cursor if any layer has an attribute of that name.
  void take(String name, MessageReader in) throws MalformedException, IOException {
    if (STRINGS.contains(name)) {
      values.put(name, in.name(name, LayerConfigDecoder.MAX_NAME));
    } else if (BOOLEANS.contains(name)) {
      values.put(name, in.bool(name));
    } else if (NUMBERS.contains(name)) {
      values.put(name, in.isArray() ? numbers(name, in) : (Object) in.number(name));
    } else if (INTEGERS.contains(name)) {
      values.put(name, integer(name, in));
    } else {
      in.skip();
    }
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  boolean bool(String name, boolean otherwise) {
    return values.get(name) instanceof Boolean truth ? truth : otherwise;
  }

  String string(String name) throws MalformedException {
    if (required(name) instanceof String word) {
      return word;
    }
    throw new MalformedException(name + " is not a string");
  }

  double number(String name, double otherwise) throws MalformedException {
    if (!has(name)) {
      return otherwise;
    }
    if (values.get(name) instanceof Double fraction) {
      return fraction;
    }
    throw new MalformedException(name + " is not a number");
  }

  /// Fractions, one number being a list of one; none if absent.
  List<Double> numbers(String name) throws MalformedException {
    if (!has(name)) {
      return List.of();
    }
    Object value = values.get(name);
    var all = new ArrayList<Double>();
    for (Object element : value instanceof List<?> list ? list : List.of(value)) {
      if (!(element instanceof Double fraction)) {
        throw new MalformedException(name + " is not a list of numbers");
      }
      all.add(fraction);
    }
    return all;
  }

  int integer(String name) throws MalformedException {
    return narrow(name, longInteger(name));
  }

  int integer(String name, int otherwise) throws MalformedException {
    return has(name) ? integer(name) : otherwise;
  }

  long longInteger(String name) throws MalformedException {
    if (required(name) instanceof Long large) {
      return large;
    }
    throw new MalformedException(name + " is not a whole number");
  }

  long longInteger(String name, long otherwise) throws MalformedException {
    return has(name) ? longInteger(name) : otherwise;
  }

  /// Whole numbers, one number being a list of one.
  List<Integer> integers(String name) throws MalformedException {
    var all = new ArrayList<Integer>();
    for (long large : longIntegers(name)) {
      all.add(narrow(name, large));
    }
    return all;
  }

  List<Integer> integers(String name, List<Integer> otherwise) throws MalformedException {
    return has(name) ? integers(name) : otherwise;
  }

  /// As many numbers as there are dimensions; if absent, all the same.
  List<Integer> integers(String name, int dimensions, int otherwise) throws MalformedException {
    return integers(name, Collections.nCopies(dimensions, otherwise));
  }

  TensorShape shape(String name) throws MalformedException {
    return new TensorShape(longIntegers(name));
  }

  /// Both sides of each dimension, as pairs, or as one number that holds for both sides.
  List<List<Integer>> sides(String name) throws MalformedException {
    if (!(required(name) instanceof List<?> list)) {
      throw new MalformedException(name + " is not a list");
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
        throw new MalformedException(name + " is not a list of numbers or pairs");
      }
    }
    return all;
  }

  /// Whether the attribute is that word.
  boolean is(String name, String word) {
    return word.equals(values.get(name));
  }

  private List<Long> longIntegers(String name) throws MalformedException {
    Object value = required(name);
    var all = new ArrayList<Long>();
    for (Object element : value instanceof List<?> list ? list : List.of(value)) {
      if (!(element instanceof Long large)) {
        throw new MalformedException(name + " is not a list of whole numbers");
      }
      all.add(large);
    }
    return all;
  }

  private Object required(String name) throws MalformedException {
    Object value = values.get(name);
    if (value == null) {
      throw MessageReader.missing(name);
    }
    return value;
  }

  private static int narrow(String name, long value) throws MalformedException {
    if (value != (int) value) {
      throw new MalformedException("%s is too large: %d".formatted(name, value));
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
