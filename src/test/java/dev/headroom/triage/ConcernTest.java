package dev.headroom.triage;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConcernTest {

  @Test
  void theWorstComeFirstEachWithItsSeverity() {
    assertThat(
            Arrays.stream(Concern.values())
                .collect(groupingBy(Concern::severity, mapping(Concern::wireName, toList()))))
        .isEqualTo(
            Map.of(
                Severity.CRITICAL,
                List.of("out_of_memory", "full_soon"),
                Severity.WARNING,
                List.of(
                    "full_later",
                    "over_committed",
                    "over_budget",
                    "leaking",
                    "drifting",
                    "growing",
                    "failed"),
                Severity.NOTICE,
                List.of(
                    "slightly_over_budget",
                    "fragmenting",
                    "over_reserved",
                    "contested",
                    "silent",
                    "no_budget")));
  }

  @Test
  void itsNameInJsonIsItsOwn() {
    assertThat(Concern.values())
        .allSatisfy(it -> assertThat(it.wireName()).isEqualTo(it.name().toLowerCase(Locale.ROOT)));
  }
}
