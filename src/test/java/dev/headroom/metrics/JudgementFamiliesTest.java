package dev.headroom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What compares a job with what was expected of it, in a scrape of everything.
class JudgementFamiliesTest {

  @Test
  void haveTheirLinesAmongThoseOfAJob() {
    // First, as nothing it is made of waits for the families of a job.
    assertThat(JudgementFamilies.ALL).isNotEmpty();
    assertThat(JobFamilies.ALL).containsAll(JudgementFamilies.ALL);
    WholeScrape.assertLinesOf(JudgementFamilies.ALL);
  }
}
