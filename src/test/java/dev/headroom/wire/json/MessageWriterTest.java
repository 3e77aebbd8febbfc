package dev.headroom.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.MemorySize;
import dev.headroom.network.tensor.TensorShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageWriterTest {

  @Test
  void writesEachKindOfValue() {
    assertThat(
            text(
                out -> {
                  out.string("s", "a\"b");
                  out.integer("i", (Integer) 1);
                  out.integer("l", (Long) 5_000_000_000L);
                  out.number("n", 0.5);
                  out.bool("b", true);
                  out.shape("shape", TensorShape.of(3, 4));
                  out.integers("is", List.of(5, 6));
                  out.numbers("ns", List.of(1.5, 2.0));
                  out.size("size", new MemorySize(7));
                  out.strings("ss", List.of("x", "y"));
                  out.strings("none", List.of());
                  out.nonEmptyStrings("some", List.of("z"));
                  out.namesOrNull("names", List.of("h", "", "w"));
                  out.object("o", inner -> inner.bool("in", false));
                }))
        .isEqualTo(
            """
            {"s":"a\\"b","i":1,"l":5000000000,"n":0.5,"b":true,"shape":[3,4],"is":[5,6],\
            "ns":[1.5,2.0],"size":7,"ss":["x","y"],"none":[],"some":["z"],\
            "names":["h",null,"w"],"o":{"in":false}}""");
  }

  @Test
  void whatIsNullOrEmptyIsLeftOut() {
    assertThat(
            text(
                out -> {
                  out.string("s", null);
                  out.integer("i", (Integer) null);
                  out.integer("l", (Long) null);
                  out.size("size", null);
                  out.numbers("ns", List.of());
                  out.nonEmptyStrings("some", List.of());
                }))
        .isEqualTo("{}");
  }

  @Test
  void sumsBecomePairs() {
    assertThat(text(out -> out.pairs("p", List.of(2, 3), false)))
        .isEqualTo("{\"p\":[[1,1],[1,2]]}");
    assertThat(text(out -> out.pairs("p", List.of(2, 3), true))).isEqualTo("{\"p\":[[0,2],[0,3]]}");
  }

  @Test
  void arraysHoldObjectsArraysAndNulls() {
    assertThat(
            text(
                out -> {
                  out.startArray("a");
                  out.element(inner -> inner.bool("x", true));
                  out.elements(null);
                  out.elements(inner -> inner.element(deep -> deep.bool("y", false)));
                  out.endArray();
                }))
        .isEqualTo("{\"a\":[{\"x\":true},null,[{\"y\":false}]]}");
  }

  @Test
  void passesOnWhatABodyCannotWrite() {
    assertThatThrownBy(
            () ->
                MessageWriter.write(
                    _ -> {
                      throw new IOException("gone");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("writing to memory failed");
  }

  private static String text(MessageWriter.Body body) {
    return new String(MessageWriter.write(body), UTF_8);
  }
}
