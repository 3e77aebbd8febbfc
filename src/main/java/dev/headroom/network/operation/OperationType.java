package dev.headroom.network.operation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// A type of layer as layer configs name it: which attributes it has, and what they make.
///
/// Each operation has its types beside it: a new kind of layer is one record here, its line in
/// [Operation], its rule in the budget, and its name in the schema.
///
/// ```java
/// OperationType.named("pixel_shuffle", PixelShuffle.class)
///     .integers("upscale_factor")
///     .read(in -> new PixelShuffle(in.integer("upscale_factor")))
/// ```
///
/// @param name the layer's `type` in a config
/// @param operation the record that it makes
/// @param attributes by name, in the order in which they are documented
public record OperationType(
    String name,
    Class<? extends Operation> operation,
    Map<String, AttributeKind> attributes,
    Function<AttributeReader, Operation> reader) {

  /// What values an attribute takes in JSON.
  public enum AttributeKind {
    /// A string.
    STRING,
    /// True or false.
    BOOLEAN,
    /// A number, or a list of numbers.
    NUMBERS,
    /// A whole number, a list of whole numbers or of pairs of them, or a word such as `same`.
    INTEGERS
  }

  public OperationType {
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  /// The operation that attributes make.
  ///
  /// @throws IllegalArgumentException naming the attribute, if it is missing or out of range
  public Operation read(AttributeReader in) {
    return reader.apply(in);
  }

  /// Begins a type without attributes.
  static Builder named(String name, Class<? extends Operation> operation) {
    return new Builder(name, operation);
  }

  /// Collects the attributes of a type.
  static final class Builder {

    private final String name;
    private final Class<? extends Operation> operation;
    private final Map<String, AttributeKind> attributes = new LinkedHashMap<>();

    private Builder(String name, Class<? extends Operation> operation) {
      this.name = name;
      this.operation = operation;
    }

    Builder strings(String... names) {
      return with(AttributeKind.STRING, names);
    }

    Builder booleans(String... names) {
      return with(AttributeKind.BOOLEAN, names);
    }

    Builder numbers(String... names) {
      return with(AttributeKind.NUMBERS, names);
    }

    Builder integers(String... names) {
      return with(AttributeKind.INTEGERS, names);
    }

    OperationType read(Function<AttributeReader, Operation> reader) {
      return new OperationType(name, operation, attributes, reader);
    }

    private Builder with(AttributeKind kind, String... names) {
      for (String attribute : names) {
        attributes.put(attribute, kind);
      }
      return this;
    }
  }
}
