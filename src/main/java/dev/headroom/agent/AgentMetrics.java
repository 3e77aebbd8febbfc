package dev.headroom.agent;

import dev.headroom.agent.attribution.ProcessOwner;
import dev.headroom.agent.publish.MessageOutbox;
import dev.headroom.agent.publish.MessagePublisher;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/// The agent's own metrics: names, help texts, labels, and the state that they are read from.
final class AgentMetrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  AgentMetrics(
      AgentState state,
      AgentReadiness readiness,
      MessageOutbox outbox,
      MessagePublisher publisher) {
    gauge(
        "headroom_agent_ready",
        "1 where devices can be read and the broker takes records.",
        () -> readiness.reasons().isEmpty() ? 1 : 0);
    gauge(
        "headroom_agent_devices",
        "GPUs and MIG slices at the last reading.",
        () -> state.figures().devices());
    gauge(
        "headroom_agent_buffered_records",
        "Records that wait for the broker.",
        () -> outbox.size() + publisher.inFlight());
    counter(
        "headroom_agent_readings_total",
        "Times that all devices were read.",
        () -> state.figures().readings());
    counter(
        "headroom_agent_reading_seconds_total",
        "Time spent on reading devices and finding whose processes use them.",
        () -> state.figures().readingSeconds());
    counter(
        "headroom_agent_missed_readings_total",
        "Instants of the schedule that passed while another reading took too long.",
        () -> state.figures().missed());
    counter(
        "process_cpu_seconds_total",
        "User and system time of this process.",
        () ->
            ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos()
                / 1e9);
    GaugeWithCallback.builder()
        .name("headroom_agent_processes")
        .help("Processes on GPUs, by the rule that found whose they are; none: nobody's.")
        .labelNames("rule")
        .callback(
            all -> {
              AgentState.Figures figures = state.figures();
              for (ProcessOwner.Rule rule : ProcessOwner.Rule.values()) {
                all.call(figures.processes().getOrDefault(rule, 0), rule.label());
              }
              all.call(figures.unattributed(), "none");
            })
        .register(registry);
    CounterWithCallback.builder()
        .name("headroom_agent_troubles_total")
        .help("Values that could not be read, by the call and the reason it gave.")
        .labelNames("call", "reason")
        .callback(
            all ->
                state
                    .figures()
                    .failures()
                    .forEach((key, count) -> all.call(count, key.call(), key.reason())))
        .register(registry);
    CounterWithCallback.builder()
        .name("headroom_agent_records_total")
        .help(
            "Records taken by the broker (sent), refused or too late (failed), or pushed out of the"
                + " full buffer by newer ones (dropped).")
        .labelNames("outcome")
        .callback(
            all -> {
              all.call((double) publisher.sent(), "sent");
              all.call((double) publisher.failed(), "failed");
              all.call((double) outbox.dropped(), "dropped");
            })
        .register(registry);
  }

  PrometheusRegistry registry() {
    return registry;
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(one -> one.call(value.getAsDouble()))
        .register(registry);
  }

  private void counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(one -> one.call(value.getAsDouble()))
        .register(registry);
  }
}
