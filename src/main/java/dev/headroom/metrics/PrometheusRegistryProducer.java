package dev.headroom.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// Produces Micrometer's registry for the metrics of the JVM and of HTTP. It is produced here
/// because Quarkus' own extension for Prometheus still brings the client that came before 1.x.
///
/// What Prometheus' linter complains of in Micrometer's meters is put right or left out.
final class PrometheusRegistryProducer {

  @Produces
  @Singleton
  PrometheusMeterRegistry registry() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry
        .config()
        // `_ns` is no base unit; process_cpu_usage says the same.
        .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
        // `_count` is the suffix of a histogram.
        .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"))
        .meterFilter(new DescribedMeter());
    return registry;
  }

  /// A meter without a description is described by its name.
  private static final class DescribedMeter implements MeterFilter {

    @Override
    public Meter.Id map(Meter.Id id) {
      return id.getDescription() != null
          ? id
          : new Meter.Id(
              id.getName(),
              Tags.of(id.getTagsAsIterable()),
              id.getBaseUnit(),
              id.getName().replace('.', ' '),
              id.getType());
    }
  }
}
