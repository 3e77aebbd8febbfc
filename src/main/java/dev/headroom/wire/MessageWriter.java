package dev.headroom.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.budget.MemorySize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes one JSON object; what is null is left out.
final class MessageWriter {

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator generator;

  private MessageWriter(JsonGenerator generator) {
    this.generator = generator;
  }

  /// The fields of an object.
  interface Body {
    void write(MessageWriter writer) throws IOException;
  }

  static byte[] write(Body body) {
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

  void text(String field, @Nullable String value) throws IOException {
    if (value != null) {
      generator.writeStringField(field, value);
    }
  }

  void number(String field, @Nullable Integer value) throws IOException {
    if (value != null) {
      generator.writeNumberField(field, value.intValue());
    }
  }

  void number(String field, @Nullable Long value) throws IOException {
    if (value != null) {
      generator.writeNumberField(field, value.longValue());
    }
  }

  void size(String field, @Nullable MemorySize value) throws IOException {
    if (value != null) {
      generator.writeNumberField(field, value.bytes());
    }
  }

  void object(String field, Body body) throws IOException {
    generator.writeObjectFieldStart(field);
    body.write(this);
    generator.writeEndObject();
  }

  void texts(String field, List<String> values) throws IOException {
    if (!values.isEmpty()) {
      generator.writeArrayFieldStart(field);
      for (String value : values) {
        generator.writeString(value);
      }
      generator.writeEndArray();
    }
  }

  void startArray(String field) throws IOException {
    generator.writeArrayFieldStart(field);
  }

  void element(Body body) throws IOException {
    generator.writeStartObject();
    body.write(this);
    generator.writeEndObject();
  }

  void endArray() throws IOException {
    generator.writeEndArray();
  }
}
