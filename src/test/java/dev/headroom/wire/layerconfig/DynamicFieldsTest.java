package dev.headroom.wire.layerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.tensor.Polynomial;
import dev.headroom.network.tensor.Polynomial.Term;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.MessageWriter;
import dev.headroom.wire.json.StringPool;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamicFieldsTest {

  private interface Read<T> {
    T from(MessageReader in) throws MalformedException, IOException;
  }

  @Test
  void readAndWriteTheSame() throws MalformedException {
    // Given a list of numbers, of which one stays, and a single number
    String json =
        "{'dynamic':{'shape':[[{'of':['h','w'],'times':1,'over':4},{'of':[],'times':-2,'over':1}],"
            + "null],'query_length':[{'of':['h'],'times':3,'over':1}]}}";
    Map<String, List<@Nullable Polynomial>> expected = new LinkedHashMap<>();
    expected.put(
        "shape",
        Arrays.asList(
            new Polynomial(List.of(new Term(List.of("h", "w"), 1, 4), new Term(List.of(), -2, 1))),
            null));
    expected.put("query_length", List.of(new Polynomial(List.of(new Term(List.of("h"), 3, 1)))));
    // Then
    Map<String, List<@Nullable Polynomial>> read = read(json, DynamicFields::read);
    assertThat(read).isEqualTo(expected);
    byte[] written = MessageWriter.write(out -> DynamicFields.write(read, out));
    assertThat(written).asString(UTF_8).isEqualTo(json.replace('\'', '"'));
    assertThat(MessageWriter.write(out -> DynamicFields.write(Map.of(), out)))
        .asString(UTF_8)
        .isEqualTo("{}");
  }

  @Test
  void aTermIsOfNothingTimesOneOverOneUnlessItSays() throws MalformedException {
    assertThat(read("{'dynamic':{'shape':[[{'x':1}]],'size':null}}", DynamicFields::read))
        .isEqualTo(Map.of("shape", List.of(new Polynomial(List.of(new Term(List.of(), 1, 1))))));
  }

  @Test
  void namesOfExtentsMayBeNone() throws MalformedException {
    assertThat(read("{'dynamic':['h',null]}", DynamicFields::names)).containsExactly("h", "");
    assertThatThrownBy(
            () -> read("{'dynamic':[" + "'h',".repeat(64) + "'h']}", DynamicFields::names))
        .hasMessage("inputs.dynamic has more than 64 elements");
    assertThatThrownBy(() -> read("{'dynamic':1}", DynamicFields::names))
        .hasMessage("inputs.dynamic is not an array");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1 | dynamic is not an object",
        "{'shape': 1} | dynamic is not an array",
        "{'shape': [1]} | dynamic is not an array",
        "{'shape': [[1]]} | dynamic is not an object",
        "{'query_length': [[]]} | dynamic is not an object",
        "{'shape': [[{'of': 1}]]} | dynamic.of is not an array",
        "{'shape': [[{'of': ['']}]]} | dynamic.of is not 1 to 512 printable characters:",
        "{'shape': [[{'times': 'x'}]]} | dynamic.times is not a whole number",
        "{'shape': [[{'over': -1}]]} | dynamic.over < 0: -1",
        "{'shape': [[{'over': 0}]]} | dynamic.over < 1: 0"
      })
  void refuseByName(String json, String why) {
    assertThatThrownBy(() -> read("{'dynamic':" + json + "}", DynamicFields::read))
        .hasMessageStartingWith(why);
  }

  @Test
  void listsAreBounded() {
    assertBounded("{'shape': [%s[]]}", "[],", 63, "dynamic has more than 64 elements");
    assertBounded("{'shape': [[%s{}]]}", "{},", 15, "dynamic has more than 16 elements");
    assertBounded(
        "{'shape': [[{'of': [%s'h']}]]}", "'h',", 7, "dynamic.of has more than 8 elements");
    var fields = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      fields.append("'a%d': [],".formatted(i));
    }
    assertThatThrownBy(() -> read("{'dynamic':{" + fields + "'b': []}}", DynamicFields::read))
        .hasMessage("dynamic has more than 16 fields");
  }

  private static void assertBounded(String json, String element, int beside, String why) {
    String most = "{'dynamic':" + json.formatted(element.repeat(beside)) + "}";
    String more = "{'dynamic':" + json.formatted(element.repeat(beside + 1)) + "}";
    try {
      assertThat(read(most, DynamicFields::read)).hasSize(1);
    } catch (MalformedException e) {
      throw new AssertionError(most, e);
    }
    assertThatThrownBy(() -> read(more, DynamicFields::read)).hasMessage(why);
  }

  private static <T> T read(String json, Read<T> read) throws MalformedException {
    return MessageReader.read(
        json.replace('\'', '"').getBytes(UTF_8),
        1 << 16,
        new StringPool(4),
        in -> {
          in.nextField();
          T value = read.from(in);
          assertThat(in.nextField()).isNull();
          return value;
        });
  }
}
