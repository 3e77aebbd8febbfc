package dev.headroom.network.operation;

import dev.headroom.network.tensor.TensorShape;
import java.util.List;

/// Takes the attributes of one operation, defaults included, as its [OperationType] reads them.
public interface AttributeWriter {

  void bool(String name, boolean value);

  void string(String name, String value);

  void number(String name, double value);

  void numbers(String name, List<Double> values);

  void integer(String name, long value);

  void integers(String name, List<Integer> values);

  void shape(String name, TensorShape shape);

  /// What stands before and behind in each dimension.
  ///
  /// @param sums of both sides
  /// @param asymmetric whether all of a sum stands behind; else both halves are equal
  void pairs(String name, List<Integer> sums, boolean asymmetric);
}
