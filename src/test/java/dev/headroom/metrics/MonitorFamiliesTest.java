package dev.headroom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.metrics.text.MetricFamily;
import org.junit.jupiter.api.Test;

/// The metrics of the monitor, in a scrape of everything.
class MonitorFamiliesTest {

  @Test
  void haveTheirLines() {
    WholeScrape.assertLinesOf(MonitorFamilies.ALL);
  }

  @Test
  void haveNamesOfTheirOwn() {
    assertThat(MonitorFamilies.ALL).extracting(MetricFamily::name).doesNotHaveDuplicates();
  }
}
