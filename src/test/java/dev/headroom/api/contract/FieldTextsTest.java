package dev.headroom.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class FieldTextsTest {

  private final FieldTexts texts = FieldTexts.read();

  @Test
  void aNameHasOneSentenceWhereverItStands() throws IOException {
    var file = new Properties();
    try (InputStream in =
        Objects.requireNonNull(
            FieldTexts.class.getResourceAsStream("/META-INF/openapi-fields.properties"))) {
      file.load(in);
    }
    for (String name : file.stringPropertyNames()) {
      String[] parts = name.split("\\.", 2);
      String found =
          switch (parts[0]) {
            case "parameter" -> texts.ofParameter(parts[1]);
            case "operation" -> texts.ofOperation(parts[1]);
            default -> parts.length == 1 ? texts.of("Any", name) : texts.of(parts[0], parts[1]);
          };
      assertThat(found).as(name).isNotNull();
    }
    assertThat(texts.of("Any", "nothing")).isNull();
    assertThat(texts.ofParameter("nothing")).isNull();
    assertThat(texts.ofOperation("nothing")).isNull();
  }

  @Test
  void aNameWithAnotherMeaningHasAnotherSentence() throws IOException {
    var file = new Properties();
    try (InputStream in =
        Objects.requireNonNull(
            FieldTexts.class.getResourceAsStream("/META-INF/openapi-fields.properties"))) {
      file.load(in);
    }
    String special =
        file.stringPropertyNames().stream()
            .filter(name -> name.matches("[A-Z]\\w*\\.\\w+"))
            .filter(name -> file.containsKey(name.substring(name.indexOf('.') + 1)))
            .sorted()
            .findFirst()
            .orElseThrow();
    String[] parts = special.split("\\.", 2);
    assertThat(texts.of(parts[0], parts[1]))
        .isEqualTo(file.getProperty(special))
        .isNotEqualTo(texts.of("Any", parts[1]));
  }
}
