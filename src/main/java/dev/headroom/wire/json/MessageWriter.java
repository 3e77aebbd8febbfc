package dev.headroom.wire.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.sample.Ownership;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes one JSON object; what is null is left out.
public final class MessageWriter {

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator generator;

  private MessageWriter(JsonGenerator generator) {
    this.generator = generator;
  }

  /// The fields of an object.
  public interface Body {
    void write(MessageWriter writer) throws IOException;
  }

  public static byte[] write(Body body) {
    var bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator generator = JSON.createGenerator(bytes)) {
      generator.writeStartObject();
      body.write(new MessageWriter(generator));
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  public void string(String field, @Nullable String value) throws IOException {
    if (value != null) {
      generator.writeStringField(field, value);
    }
  }

  /// As `owner`, `team` and `namespace`, as far as they are known.
  public void ownership(Ownership ownership) throws IOException {
    known("owner", ownership.owner());
    known("team", ownership.team());
    known("namespace", ownership.namespace());
  }

  private void known(String field, String value) throws IOException {
    if (!value.isEmpty()) {
      generator.writeStringField(field, value);
    }
  }

  public void integer(String field, @Nullable Integer value) throws IOException {
    if (value != null) {
      generator.writeNumberField(field, value.intValue());
    }
  }

  public void integer(String field, @Nullable Long value) throws IOException {
    if (value != null) {
      generator.writeNumberField(field, value.longValue());
    }
  }

  public void number(String field, double value) throws IOException {
    generator.writeNumberField(field, value);
  }

  public void bool(String field, boolean value) throws IOException {
    generator.writeBooleanField(field, value);
  }

  public void shape(String field, TensorShape shape) throws IOException {
    generator.writeArrayFieldStart(field);
    for (long extent : shape.extents()) {
      generator.writeNumber(extent);
    }
    generator.writeEndArray();
  }

  public void integers(String field, List<Integer> values) throws IOException {
    generator.writeArrayFieldStart(field);
    for (int value : values) {
      generator.writeNumber(value);
    }
    generator.writeEndArray();
  }

  public void numbers(String field, List<Double> values) throws IOException {
    if (!values.isEmpty()) {
      generator.writeArrayFieldStart(field);
      for (double value : values) {
        generator.writeNumber(value);
      }
      generator.writeEndArray();
    }
  }

  /// Sums as pairs: equal halves, or all of it behind.
  public void pairs(String field, List<Integer> sums, boolean asymmetric) throws IOException {
    generator.writeArrayFieldStart(field);
    for (int sum : sums) {
      int before = asymmetric ? 0 : sum / 2;
      generator.writeStartArray();
      generator.writeNumber(before);
      generator.writeNumber(sum - before);
      generator.writeEndArray();
    }
    generator.writeEndArray();
  }

  public void size(String field, @Nullable MemorySize value) throws IOException {
    if (value != null) {
      generator.writeNumberField(field, value.bytes());
    }
  }

  public void object(String field, Body body) throws IOException {
    generator.writeObjectFieldStart(field);
    body.write(this);
    generator.writeEndObject();
  }

  public void nonEmptyStrings(String field, List<String> values) throws IOException {
    if (!values.isEmpty()) {
      strings(field, values);
    }
  }

  /// Strings, the empty list included.
  public void strings(String field, List<String> values) throws IOException {
    generator.writeArrayFieldStart(field);
    for (String value : values) {
      generator.writeString(value);
    }
    generator.writeEndArray();
  }

  /// Names in an array, null in the place of an empty one.
  public void namesOrNull(String field, List<String> names) throws IOException {
    generator.writeArrayFieldStart(field);
    for (String name : names) {
      if (name.isEmpty()) {
        generator.writeNull();
      } else {
        generator.writeString(name);
      }
    }
    generator.writeEndArray();
  }

  /// An array in an array, or null.
  public void elements(@Nullable Body body) throws IOException {
    if (body == null) {
      generator.writeNull();
      return;
    }
    generator.writeStartArray();
    body.write(this);
    generator.writeEndArray();
  }

  public void startArray(String field) throws IOException {
    generator.writeArrayFieldStart(field);
  }

  public void element(Body body) throws IOException {
    generator.writeStartObject();
    body.write(this);
    generator.writeEndObject();
  }

  public void endArray() throws IOException {
    generator.writeEndArray();
  }
}
