package dev.headroom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.metrics.text.MetricFamily;
import org.junit.jupiter.api.Test;

/// The metrics of a job, in a scrape of everything.
class JobFamiliesTest {

  @Test
  void haveTheirLines() {
    WholeScrape.assertLinesOf(JobFamilies.ALL);
  }

  @Test
  void haveNamesOfTheirOwn() {
    assertThat(JobFamilies.ALL).extracting(MetricFamily::name).doesNotHaveDuplicates();
  }
}
