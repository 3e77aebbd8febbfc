package dev.headroom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

class PrometheusRegistryProducerTest {

  private final PrometheusMeterRegistry registry = new PrometheusRegistryProducer().registry();

  @Test
  void everyMeterIsDescribed() {
    registry.counter("jvm.things", "kind", "a").increment();
    Gauge.builder("jvm.heap", () -> 3).description("The heap.").register(registry);
    assertThat(registry.scrape())
        .contains("# HELP jvm_things_total jvm things", "# HELP jvm_heap The heap.")
        .contains("jvm_things_total{kind=\"a\"} 1.0", "jvm_heap 3.0");
  }

  @Test
  void whatALinterComplainsOfIsLeftOut() {
    Gauge.builder("process.cpu.time", () -> 1).register(registry);
    Gauge.builder("system.cpu.count", () -> 1).register(registry);
    Gauge.builder("system.cpu.usage", () -> 1).register(registry);
    assertThat(registry.scrape())
        .contains("system_cpu_usage")
        .doesNotContain("process_cpu_time", "system_cpu_count");
  }
}
