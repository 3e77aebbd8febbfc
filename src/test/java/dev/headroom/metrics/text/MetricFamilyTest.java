package dev.headroom.metrics.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.metrics.text.MetricFamily.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricFamilyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a_bytes | GAUGE | bytes | gauge | a_bytes | gauge",
        "a_seconds | HISTOGRAM | seconds | histogram | a_seconds | histogram",
        "a_records_total | COUNTER | records | counter | a_records | counter",
        "a_info | INFO | '' | gauge | a | info",
        "a_total | COUNTER | '' | counter | a | counter"
      })
  void itsHeaderIsAsEachFormatHasIt(
      String name, Kind kind, String unit, String inText, String stem, String inOpenMetrics) {
    // Given
    var family = new MetricFamily<Integer>(name, kind, unit, "Help.", (_, _) -> {});
    // Then
    assertThat(new String(family.header(TextFormat.TEXT), UTF_8))
        .isEqualTo("# HELP %s Help.\n# TYPE %s %s\n".formatted(name, name, inText));
    String unitLine = unit.isEmpty() ? "" : "# UNIT %s %s\n".formatted(stem, unit);
    assertThat(new String(family.header(TextFormat.OPEN_METRICS), UTF_8))
        .isEqualTo(
            "# TYPE %s %s\n%s# HELP %s Help.\n".formatted(stem, inOpenMetrics, unitLine, stem));
    assertThat(family.nameBytes()).asString(UTF_8).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "a_byte, GAUGE, bytes",
    "a_bytes, HISTOGRAM, seconds",
    "a_records, COUNTER, records",
    "a_total, COUNTER, records",
    "a, INFO, ''",
    "a_info, INFO, info"
  })
  void aNameEndsInItsUnit(String name, Kind kind, String unit) {
    assertThatThrownBy(() -> new MetricFamily<Integer>(name, kind, unit, "Help.", (_, _) -> {}))
        .hasMessageStartingWith(name + " does not end as a " + kind);
  }

  @Test
  void countsTheLinesOfASubject() {
    // Given
    MetricFamily<Integer> once = lines(1);
    MetricFamily<Integer> twice = lines(2);
    // Then
    assertThat(MetricFamily.count(List.of(once, twice), 5)).isEqualTo(15);
    assertThat(MetricFamily.count(List.of(), 5)).isZero();
  }

  private static MetricFamily<Integer> lines(int each) {
    return new MetricFamily<>(
        "a_bytes",
        Kind.GAUGE,
        "bytes",
        "Help.",
        (subject, out) -> {
          for (int i = 0; i < each * subject; i++) {
            out.add(RenderedLabels.END, i);
          }
        });
  }
}
