package dev.headroom.metrics.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.metrics.text.MetricFamily.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextSeriesWriterTest {

  private static final MetricFamily<Integer> FAMILY =
      new MetricFamily<>("a_bytes", Kind.GAUGE, "bytes", "Help.", (_, _) -> {});
  private static final String HEADER = "# HELP a_bytes Help.\n# TYPE a_bytes gauge\n";

  private final TextSeriesWriter writer = new TextSeriesWriter(FAMILY, TextFormat.TEXT);

  @ParameterizedTest
  @ValueSource(
      longs = {0, 7, 9, 10, 99, 100, -1, -10, 1234567890123L, Long.MAX_VALUE, Long.MIN_VALUE})
  void writesWholeNumbersAsTheyAre(long value) {
    // When
    writer.add(RenderedLabels.BARE, value);
    // Then
    assertThat(text()).isEqualTo(HEADER + "a_bytes " + value + "\n");
  }

  @Test
  void writesOtherNumbersAsJavaDoes() {
    // When
    writer.of(RenderedLabels.subject("job", "a"));
    writer.add(RenderedLabels.END, 0.1);
    writer.add(RenderedLabels.more("x", "y"), Double.POSITIVE_INFINITY);
    // Then
    assertThat(text())
        .isEqualTo(HEADER + "a_bytes{job=\"a\"} 0.1\na_bytes{job=\"a\",x=\"y\"} Infinity\n");
    assertThat(writer.lines()).isEqualTo(2);
  }

  @Test
  void aFamilyWithoutLinesLeavesNoTrace() {
    assertThat(text()).isEmpty();
    assertThat(writer.lines()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void piecesJoinWithoutAGap(long seed) {
    // Given more text than several buffers hold, in lines of many lengths
    var random = new Random(seed);
    var expected = new StringBuilder(HEADER);
    for (int i = 0; i < 5_000; i++) {
      String job = "j".repeat(1 + random.nextInt(200));
      long value = random.nextLong() >> random.nextInt(64);
      // When
      writer.of(RenderedLabels.subject("job", job));
      writer.add(RenderedLabels.END, value);
      expected.append("a_bytes{job=\"").append(job).append("\"} ").append(value).append('\n');
    }
    // Then
    assertThat(text()).isEqualTo(expected.toString());
    assertThat(writer.lines()).isEqualTo(5_000);
  }

  @Test
  void saysWhenItsReaderIsGone() {
    writer.add(RenderedLabels.BARE, 1);
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("closed");
          }
        };
    assertThatThrownBy(() -> writer.writeTo(closed))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("the scrape's reader is gone");
  }

  private String text() {
    var out = new ByteArrayOutputStream();
    writer.writeTo(out);
    return out.toString(UTF_8);
  }
}
