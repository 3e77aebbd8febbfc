package dev.headroom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.metrics.text.MetricFamily;
import org.junit.jupiter.api.Test;

/// The metrics of a GPU, in a scrape of everything.
class GpuFamiliesTest {

  @Test
  void haveTheirLines() {
    WholeScrape.assertLinesOf(GpuFamilies.ALL);
  }

  @Test
  void haveNamesOfTheirOwn() {
    assertThat(GpuFamilies.ALL).extracting(MetricFamily::name).doesNotHaveDuplicates();
  }
}
