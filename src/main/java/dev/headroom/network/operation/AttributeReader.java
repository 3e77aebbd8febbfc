package dev.headroom.network.operation;

import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import java.util.List;
import java.util.function.Function;

/// The attributes of one layer, as an [OperationType] reads them.
///
/// Every read throws an [IllegalArgumentException] that names the attribute, where it is missing
/// without a default, or of another kind.
public interface AttributeReader {

  boolean has(String name);

  /// Whether the attribute is that word.
  boolean is(String name, String word);

  boolean bool(String name, boolean otherwise);

  String string(String name);

  /// The value of that name.
  <T> T oneOf(String name, T[] values, Function<T, String> wireName);

  double number(String name, double otherwise);

  /// Numbers, one being a list of one; none if absent.
  List<Double> numbers(String name);

  int integer(String name);

  int integer(String name, int otherwise);

  long longInteger(String name);

  long longInteger(String name, long otherwise);

  /// Whole numbers, one being a list of one.
  List<Integer> integers(String name);

  List<Integer> integers(String name, List<Integer> otherwise);

  /// As many whole numbers as there are dimensions; if absent, all the same.
  List<Integer> integers(String name, int dimensions, int otherwise);

  TensorShape shape(String name);

  /// A shape; without dimensions if absent.
  TensorShape shapeOrNone(String name);

  /// What stands before and behind in each dimension: pairs, or numbers that hold for both sides;
  /// zeros if absent.
  List<List<Integer>> pairs(String name, int dimensions);

  /// The format of the layer's result.
  DType dtype();
}
