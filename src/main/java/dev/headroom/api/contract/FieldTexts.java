package dev.headroom.api.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// What operations, their parameters and the fields of answers are, for the OpenAPI document: one
/// sentence for each name, wherever it stands. `Schema.field` is for a name with another meaning.
final class FieldTexts {

  private static final String FILE = "/META-INF/openapi-fields.properties";

  private final Properties texts;

  private FieldTexts(Properties texts) {
    this.texts = texts;
  }

  static FieldTexts read() {
    var texts = new Properties();
    try (InputStream in = Objects.requireNonNull(FieldTexts.class.getResourceAsStream(FILE))) {
      texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
    return new FieldTexts(texts);
  }

  @Nullable String of(String schema, String field) {
    return texts.getProperty(schema + "." + field, texts.getProperty(field));
  }

  @Nullable String ofParameter(String name) {
    return texts.getProperty("parameter." + name);
  }

  @Nullable String ofOperation(String id) {
    return texts.getProperty("operation." + id);
  }
}
