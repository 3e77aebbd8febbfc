package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The objects that a real helm makes of the chart.
final class RenderedChart {

  static final String CHART = "deploy/helm/headroom";

  /// Settings with which nothing is left out.
  static final String[] EVERYTHING = {
    "podMonitor.enabled=true",
    "prometheusRule.enabled=true",
    "keda.enabled=true",
    "topicsJob.enabled=true",
    "strimzi.enabled=true",
    "monitor.ingress.enabled=true",
    "monitor.ingress.tlsSecret=headroom-tls",
    "kafka.tls.enabled=true",
    "kafka.tls.monitorUserSecret=headroom-monitor",
    "kafka.tls.agentUserSecret=headroom-agent",
    "agent.namespace=headroom-agents"
  };

  private RenderedChart() {}

  static JsonNode named(JsonNode list, String name) {
    return Documents.each(list).stream()
        .filter(each -> each.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name));
  }

  static JsonNode one(List<JsonNode> objects, String kind, String name) {
    return objects.stream()
        .filter(
            object ->
                object.path("kind").asText().equals(kind)
                    && object.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  static InstalledProgram helm() {
    return InstalledProgram.program("helm", "helm, or go install helm.sh/helm/v4/cmd/helm@latest");
  }

  static List<JsonNode> rendered(String... settings) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(List.of("template", "headroom", CHART, "--namespace", "headroom"));
    for (String setting : settings) {
      command.add("--set");
      command.add(setting);
    }
    var said = helm().run(command);
    assertThat(said.code()).as(said.text()).isZero();
    Path file = Files.createTempFile("headroom-chart", ".yaml");
    try {
      // Words to a person come before the first document.
      int begin = said.text().indexOf("---\n");
      Files.writeString(file, said.text().substring(begin));
      return Documents.yaml(file).stream().filter(object -> object.has("kind")).toList();
    } finally {
      Files.delete(file);
    }
  }
}
