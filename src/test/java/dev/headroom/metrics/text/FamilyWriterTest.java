package dev.headroom.metrics.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.metrics.text.MetricFamily.Kind;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class FamilyWriterTest {

  private static final List<MetricFamily<Integer>> FAMILIES =
      List.of(family("a_bytes"), family("b_bytes"));

  @Test
  void goesThroughSubjectsOnceAndWritesFamilyByFamily() {
    // Given
    var writer = new FamilyWriter<>(FAMILIES, TextFormat.TEXT, _ -> true);
    // When
    writer.add(RenderedLabels.subject("job", "x"), 1);
    writer.add(RenderedLabels.subject("job", "y"), 2);
    // Then
    var out = new ByteArrayOutputStream();
    writer.writeTo(out);
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            """
            # HELP a_bytes Help.
            # TYPE a_bytes gauge
            a_bytes{job="x"} 1
            a_bytes{job="y"} 2
            # HELP b_bytes Help.
            # TYPE b_bytes gauge
            b_bytes{job="x"} 1
            b_bytes{job="y"} 2
            """);
    assertThat(writer.count()).isEqualTo(4);
    assertThat(writer.isEmpty()).isFalse();
  }

  @Test
  void leavesOutWhatIsNotWanted() {
    // Given
    var one = new FamilyWriter<>(FAMILIES, TextFormat.TEXT, "b_bytes"::equals);
    var none = new FamilyWriter<>(FAMILIES, TextFormat.TEXT, _ -> false);
    // When
    one.add(RenderedLabels.subject("job", "x"), 1);
    none.add(RenderedLabels.subject("job", "x"), 1);
    // Then
    assertThat(one.count()).isEqualTo(1);
    assertThat(none.count()).isZero();
    assertThat(none.isEmpty()).isTrue();
  }

  private static MetricFamily<Integer> family(String name) {
    return new MetricFamily<>(
        name, Kind.GAUGE, "bytes", "Help.", (it, out) -> out.add(RenderedLabels.END, it));
  }
}
