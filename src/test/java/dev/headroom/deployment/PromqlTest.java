package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromqlTest {

  @Test
  void metricsAndLabelsOfAnExpression() {
    // When
    Promql names =
        Promql.of(
            """
            max by (size) (rate(a_total{topic=~"x|y{", outcome!="z"}[5m])) > bool 0
              and on (job, instance) gpu:b:model * on (c) group_left (d) e offset 5m
              unless label_replace(F_G, "gpu", "$1", "UUID", "(.+)")
            """);

    // Then
    assertThat(names.metrics()).containsExactly("F_G", "a_total", "e", "gpu:b:model");
    assertThat(names.labels())
        .containsExactly("c", "d", "instance", "job", "outcome", "size", "topic");
  }
}
