package dev.headroom.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.agent.attribution.ProcessOwner.Rule;
import dev.headroom.agent.probe.ReadFailure;
import dev.headroom.agent.publish.AgentMessage;
import dev.headroom.agent.publish.MessageOutbox;
import dev.headroom.agent.publish.MessagePublisher;
import dev.headroom.ledger.event.DeviceRemoved;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each figure has the name that dashboards ask for.
class AgentMetricsTest {

  private final AgentState state = new AgentState();
  private final MessageOutbox outbox = new MessageOutbox(2);
  private final MessagePublisher publisher =
      new MessagePublisher(outbox, Map.of("bootstrap.servers", "127.0.0.1:1"));
  private final AgentMetrics metrics =
      new AgentMetrics(state, new AgentReadiness(state, publisher), outbox, publisher);

  @AfterEach
  void close() {
    publisher.close();
  }

  @Test
  void everyFigureIsTold() throws IOException {
    // Given
    state.read(
        3,
        new NodeSampler.Result(List.of(), Map.of(Rule.ENVIRONMENT, 5), 2, Set.of()),
        1_500_000_000L);
    state.missed(4);
    state.recordFailure(new ReadFailure("nvmlDeviceGetName", "unknown", "GPU-1"));
    for (int i = 0; i < 3; i++) {
      outbox.add(List.of(new AgentMessage.DeviceGone(new DeviceRemoved("GPU-" + i))));
    }

    // Then
    assertThat(lines())
        .contains(
            "headroom_agent_ready 0.0",
            "headroom_agent_devices 3.0",
            "headroom_agent_buffered_records 2.0",
            "headroom_agent_readings_total 1.0",
            "headroom_agent_reading_seconds_total 1.5",
            "headroom_agent_missed_readings_total 4.0",
            "headroom_agent_processes{rule=\"" + Rule.ENVIRONMENT.label() + "\"} 5.0",
            "headroom_agent_processes{rule=\"none\"} 2.0",
            "headroom_agent_troubles_total{call=\"nvmlDeviceGetName\",reason=\"unknown\"} 1.0",
            "headroom_agent_records_total{outcome=\"sent\"} 0.0",
            "headroom_agent_records_total{outcome=\"failed\"} 0.0",
            "headroom_agent_records_total{outcome=\"dropped\"} 1.0")
        .anyMatch(line -> line.matches("process_cpu_seconds_total [1-9].*|process_cpu.* 0[.]\\d+"));
    for (Rule rule : Rule.values()) {
      assertThat(lines()).anyMatch(line -> line.contains("rule=\"" + rule.label() + "\""));
    }
  }

  private List<String> lines() throws IOException {
    var out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.builder()
        .setIncludeCreatedTimestamps(false)
        .build()
        .write(out, metrics.registry().scrape());
    return out.toString(UTF_8).lines().toList();
  }
}
