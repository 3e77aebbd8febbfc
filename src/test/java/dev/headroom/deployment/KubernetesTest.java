package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import dev.headroom.wire.Topics;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The Kubernetes files, read strictly into fabric8's types; those of operators, for which there
/// are none, against the fields that their published definitions have.
class KubernetesTest {

  private static final String FOLDER = "deploy/kubernetes";
  private static final Path RULE = Path.of(FOLDER, "base/prometheus-rule.yaml");

  private static final Map<String, Class<? extends HasMetadata>> TYPES =
      Map.of(
          "Namespace", Namespace.class,
          "ConfigMap", ConfigMap.class,
          "ServiceAccount", ServiceAccount.class,
          "Service", Service.class,
          "Deployment", Deployment.class,
          "DaemonSet", DaemonSet.class,
          "NetworkPolicy", NetworkPolicy.class);

  /// Fields of `spec` that we use of types without a class here.
  private static final Map<String, Set<String>> OPERATORS =
      Map.of(
          "monitoring.coreos.com/v1 PodMonitor", Set.of("selector", "podMetricsEndpoints"),
          "monitoring.coreos.com/v1 PrometheusRule", Set.of("groups"),
          "keda.sh/v1alpha1 ScaledObject",
              Set.of(
                  "scaleTargetRef",
                  "minReplicaCount",
                  "maxReplicaCount",
                  "pollingInterval",
                  "cooldownPeriod",
                  "triggers"),
          "kafka.strimzi.io/v1beta2 KafkaTopic", Set.of("partitions", "replicas", "config"),
          "kafka.strimzi.io/v1beta2 KafkaUser", Set.of("authentication", "authorization"));

  /// fabric8's classes keep fields they do not know: without that, an unknown field fails.
  private final ObjectMapper strict =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              });

  @Test
  void everyObjectIsStrictlyOfItsType() {
    var complaints = new ArrayList<String>();
    for (JsonNode object : objects()) {
      String kind = object.path("kind").asText();
      Class<? extends HasMetadata> type = TYPES.get(kind);
      if (type != null) {
        try {
          HasMetadata read = strict.treeToValue(object, type);
          assertThat(read.getApiVersion()).isEqualTo(object.path("apiVersion").asText());
        } catch (IOException e) {
          complaints.add(kind + ": " + e.getMessage());
        }
      } else {
        Set<String> known =
            OPERATORS.getOrDefault(object.path("apiVersion").asText() + " " + kind, Set.of());
        object
            .path("spec")
            .fieldNames()
            .forEachRemaining(
                field -> {
                  if (!known.contains(field)) {
                    complaints.add(kind + " has no field " + field);
                  }
                });
      }
    }
    assertThat(complaints).isEmpty();
    assertThat(objects()).hasSizeGreaterThan(15);
  }

  @Test
  void aMisspeltFieldIsFound() {
    var object =
        new ObjectMapper()
            .valueToTree(Map.of("kind", "Service", "spec", Map.of("selectr", Map.of())));
    assertThatThrownBy(() -> strict.treeToValue(object, Service.class))
        .hasMessageContaining("selectr");
  }

  @Test
  void theRuleIsMadeOfPrometheusRules() throws IOException {
    // Given
    var expected =
        new StringBuilder(
            """
            # Made from deploy/prometheus/rules by KubernetesTest, which fails when the two differ; run it with
            # -Dheadroom.regenerate=true to make this file anew.
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata:
              name: headroom
            spec:
              groups:
            """);

    // When
    for (Path rules : Documents.in("deploy/prometheus/rules", ".yml")) {
      String text = Documents.text(rules);
      text.substring(text.indexOf("groups:\n") + "groups:\n".length())
          .lines()
          .forEach(line -> expected.append(line.isBlank() ? "" : "  " + line).append('\n'));
    }
    if (Boolean.getBoolean("headroom.regenerate")) {
      Files.writeString(RULE, expected);
    }

    // Then
    assertThat(Documents.text(RULE)).isEqualTo(expected.toString());
  }

  @Test
  void monitorsAreScrapedByPodAndProbedWhereTheyAnswer() {
    // Given
    String agent = Documents.text(Path.of("src/main/java/dev/headroom/agent/AgentServer.java"));
    JsonNode monitor = one("Deployment", "headroom-monitor").at("/spec/template/spec");
    JsonNode daemon = one("DaemonSet", "headroom-agent").at("/spec/template/spec");

    // Then
    for (JsonNode pod : List.of(monitor, daemon)) {
      JsonNode container = pod.at("/containers/0");
      assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/q/health/live");
      assertThat(container.at("/readinessProbe/httpGet/path").asText())
          .isEqualTo("/q/health/ready");
      assertThat(container.at("/livenessProbe/httpGet/port").asText())
          .isEqualTo(container.at("/ports/0/name").asText());
      assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(container.at("/securityContext/capabilities/drop/0").asText()).isEqualTo("ALL");
      assertThat(container.at("/envFrom/0/configMapRef/name").asText())
          .isEqualTo(one("ConfigMap", "headroom-kafka").at("/metadata/name").asText());
    }
    assertThat(agent).contains("/q/health/live", "/q/health/ready", "/metrics");
    assertThat(monitor.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(monitor.at("/containers/0/ports/0/containerPort").asInt()).isEqualTo(8080);
    assertThat(daemon.at("/containers/0/ports/0/containerPort").asInt()).isEqualTo(9401);
    assertThat(daemon.path("hostPID").asBoolean()).isTrue();
    assertThat(daemon.path("runtimeClassName").asText()).isEqualTo("nvidia");
    assertThat(daemon.at("/containers/0/securityContext/capabilities/add").toString())
        .isEqualTo("[\"SYS_PTRACE\",\"DAC_READ_SEARCH\"]");
    String socket = daemon.at("/containers/0/volumeMounts/1/mountPath").asText();
    assertThat(daemon.at("/containers/0/volumeMounts/1/readOnly").asBoolean()).isTrue();
    assertThat(daemon.at("/volumes/0/hostPath/path").asText()).isEqualTo(socket);
    assertThat(Documents.text(Path.of("src/main/java/dev/headroom/cli/AgentCommand.java")))
        .contains("\"" + socket + "/kubelet.sock\"");
    JsonNode scrape = one("PodMonitor", "headroom").at("/spec/podMetricsEndpoints/0");
    assertThat(scrape.path("port").asText()).isEqualTo("http");
    assertThat(scrape.at("/relabelings/0/replacement").asText()).isEqualTo("headroom");
  }

  @Test
  void scalingFollowsTheSamplesAndStopsAtTheirPartitions() {
    // Given
    JsonNode scaling = one("ScaledObject", "headroom-monitor").path("spec");
    JsonNode trigger = scaling.at("/triggers/0/metadata");

    // Then
    assertThat(trigger.path("topic").asText()).isEqualTo(Topics.MEMORY_SAMPLES);
    assertThat(Documents.text(Path.of("src/main/java/dev/headroom/ingest/IngestSettings.java")))
        .contains("\"" + trigger.path("consumerGroup").asText() + "\"");
    assertThat(scaling.path("maxReplicaCount").asInt())
        .isEqualTo(one("KafkaTopic", Topics.MEMORY_SAMPLES).at("/spec/partitions").asInt());
    assertThat(trigger.path("bootstrapServers").asText())
        .isEqualTo(one("ConfigMap", "headroom-kafka").at("/data/HEADROOM_KAFKA").asText());
  }

  @Test
  void everyTopicIsThereAndNoUserMayMore() {
    // Given
    var topics = new TreeSet<String>();
    var allowed = new TreeSet<String>();
    for (JsonNode object : objects()) {
      if (object.path("kind").asText().equals("KafkaTopic")) {
        topics.add(object.at("/metadata/name").asText());
      }
      for (JsonNode acl : object.at("/spec/authorization/acls")) {
        if (acl.at("/resource/type").asText().equals("topic")) {
          allowed.add(acl.at("/resource/name").asText());
          assertThat(acl.at("/resource/patternType").asText()).isEqualTo("literal");
        }
      }
    }

    // Then
    assertThat(topics)
        .containsExactlyInAnyOrder(
            Topics.LAYER_CONFIGS,
            Topics.MEMORY_SAMPLES,
            Topics.DEVICE_SAMPLES,
            Topics.JOB_SUMMARIES,
            Topics.DEAD_LETTERS);
    assertThat(allowed).isEqualTo(topics);
  }

  /// Each replica's transactional id begins so; without the right to it no checkpoint is written.
  @Test
  void theMonitorMayWriteItsTransactions() {
    // When
    JsonNode transactions =
        Documents.each(one("KafkaUser", "headroom-monitor").at("/spec/authorization/acls")).stream()
            .filter(acl -> acl.at("/resource/type").asText().equals("transactionalId"))
            .findFirst()
            .orElseThrow();

    // Then
    assertThat(transactions.at("/resource/patternType").asText()).isEqualTo("prefix");
    assertThat(transactions.path("operations").toString()).contains("Write", "Describe");
    assertThat(Documents.text(Path.of("src/main/java/dev/headroom/ingest/KafkaClients.java")))
        .contains("\"" + transactions.at("/resource/name").asText() + "\" + UUID");
  }

  @Test
  void kustomizeBuildsBothWithTheBoards() throws Exception {
    // Given
    InstalledProgram kubectl = InstalledProgram.optional("kubectl", "kubernetes-client");

    for (String folder : List.of("base", "strimzi")) {
      // When
      var said = kubectl.run(List.of("kustomize", FOLDER + "/" + folder));

      // Then
      assertThat(said.code()).as(said.text()).isZero();
      assertThat(Pattern.compile("grafana_dashboard: \"1\"").matcher(said.text()).results())
          .hasSize(Board.all().size());
    }
  }

  @Test
  void everyFileIsPartOfTheKustomization() {
    for (String folder : List.of("base", "strimzi")) {
      Path here = Path.of(FOLDER, folder);
      var named = new TreeSet<String>();
      Documents.yaml(here.resolve("kustomization.yaml"))
          .getFirst()
          .path("resources")
          .forEach(resource -> named.add(resource.asText()));
      named.forEach(resource -> assertThat(here.resolve(resource)).exists());
      Documents.in(here.toString(), ".yaml").stream()
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("kustomization.yaml"))
          .forEach(name -> assertThat(named).contains(name));
    }
  }

  private static JsonNode one(String kind, String name) {
    return objects().stream()
        .filter(
            object ->
                object.path("kind").asText().equals(kind)
                    && object.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
  }

  private static List<JsonNode> objects() {
    return Documents.in(FOLDER, ".yaml").stream()
        .filter(file -> !file.endsWith("kustomization.yaml"))
        .flatMap(file -> Documents.yaml(file).stream())
        .toList();
  }
}
