package dev.headroom.metrics.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RenderedLabelsTest {

  @Test
  void rendersTheParts() {
    assertThat(text(RenderedLabels.NONE)).isEmpty();
    assertThat(text(RenderedLabels.END)).isEqualTo("} ");
    assertThat(text(RenderedLabels.BARE)).isEqualTo(" ");
    assertThat(text(RenderedLabels.subject("job", "a"))).isEqualTo("{job=\"a\"");
    assertThat(text(RenderedLabels.more("x", "1", "y", "2"))).isEqualTo(",x=\"1\",y=\"2\"} ");
    assertThat(text(RenderedLabels.only("x", "1", "y", "2"))).isEqualTo("{x=\"1\",y=\"2\"} ");
    assertThat(text(RenderedLabels.only())).isEqualTo(" ");
    assertThat(text(RenderedLabels.suffix("_bucket", "le", "1"))).isEqualTo("_bucket{le=\"1\"} ");
    assertThat(text(RenderedLabels.suffix("_sum"))).isEqualTo("_sum ");
  }

  @Test
  void anEnumHasALabelForEachOfItsValues() {
    Map<TextFormat, RenderedLabels> each =
        RenderedLabels.each(TextFormat.class, "format", TextFormat::name);
    assertThat(each).containsOnlyKeys(TextFormat.values());
    each.forEach(
        (format, labels) -> assertThat(text(labels)).isEqualTo(",format=\"" + format + "\"} "));
  }

  @Test
  void escapesAsTheFormatSays() {
    assertThat(text(RenderedLabels.subject("m", "a\\b\"c\nd é")))
        .isEqualTo("{m=\"a\\\\b\\\"c\\nd é\"");
  }

  @Test
  void valuesAreBounded() {
    assertThat(text(RenderedLabels.subject("m", "x".repeat(256))))
        .isEqualTo("{m=\"" + "x".repeat(256) + '"');
    assertThat(text(RenderedLabels.subject("m", "x".repeat(257))))
        .isEqualTo("{m=\"" + "x".repeat(256) + '"');
  }

  private static String text(RenderedLabels labels) {
    byte[] bytes = new byte[labels.length() + 2];
    labels.copyTo(bytes, 1);
    assertThat(bytes[0]).isZero();
    assertThat(bytes[bytes.length - 1]).isZero();
    return new String(bytes, 1, labels.length(), UTF_8);
  }
}
