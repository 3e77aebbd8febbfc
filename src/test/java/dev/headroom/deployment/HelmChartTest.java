package dev.headroom.deployment;

import static dev.headroom.deployment.RenderedChart.CHART;
import static dev.headroom.deployment.RenderedChart.EVERYTHING;
import static dev.headroom.deployment.RenderedChart.helm;
import static dev.headroom.deployment.RenderedChart.named;
import static dev.headroom.deployment.RenderedChart.one;
import static dev.headroom.deployment.RenderedChart.rendered;
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
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What a real helm makes of the chart, read strictly into fabric8's types; objects of operators,
/// for which there are none, against the fields that their published definitions have.
class HelmChartTest {

  private static final Map<String, Class<? extends HasMetadata>> TYPES =
      Map.of(
          "ConfigMap", ConfigMap.class,
          "ServiceAccount", ServiceAccount.class,
          "Service", Service.class,
          "Deployment", Deployment.class,
          "DaemonSet", DaemonSet.class,
          "Job", Job.class,
          "Ingress", Ingress.class,
          "PodDisruptionBudget", PodDisruptionBudget.class,
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
          "keda.sh/v1alpha1 TriggerAuthentication", Set.of("secretTargetRef"),
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
  void lintFindsNothing() throws IOException, InterruptedException {
    var said = helm().run(List.of("lint", "--strict", CHART));

    assertThat(said.code()).as(said.text()).isZero();
  }

  @Test
  void aValueThatIsMisspelledOrOutOfItsRangeIsRefused() throws IOException, InterruptedException {
    for (String setting :
        List.of(
            "nonsense=1",
            "kafka.bootstrapServer=kafka:9092",
            "kafka.topicPrefix=a b",
            "monitor.replicas=-1",
            "keda.enabled=maybe",
            "networkPolicy.kafkaPorts[0]=70000")) {
      var said = helm().run(List.of("template", "headroom", CHART, "--set", setting));
      assertThat(said.code()).as(setting).isNotZero();
      assertThat(said.text()).contains("values don't meet the specifications");
    }
  }

  @Test
  void everyObjectIsStrictlyOfItsType() throws IOException, InterruptedException {
    var complaints = new ArrayList<String>();
    for (String[] settings : List.of(new String[] {}, EVERYTHING)) {
      for (JsonNode object : rendered(settings)) {
        complaints.addAll(complaints(object));
      }
    }
    assertThat(complaints).isEmpty();
    assertThat(rendered(EVERYTHING)).hasSizeGreaterThan(25);
  }

  private List<String> complaints(JsonNode object) {
    String kind = object.path("kind").asText();
    Class<? extends HasMetadata> type = TYPES.get(kind);
    var complaints = new ArrayList<String>();
    if (type != null) {
      try {
        HasMetadata read = strict.treeToValue(object, type);
        assertThat(read.getApiVersion()).isEqualTo(object.path("apiVersion").asText());
      } catch (IOException e) {
        complaints.add(kind + ": " + e.getMessage());
      }
      return complaints;
    }
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
    return complaints;
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
  void withoutOperatorsNothingOfTheirsIsRendered() throws IOException, InterruptedException {
    List<JsonNode> objects = rendered();

    assertThat(objects)
        .allMatch(object -> TYPES.containsKey(object.path("kind").asText()))
        .noneMatch(object -> object.path("kind").asText().equals("Job"));
    assertThat(one(objects, "Deployment", "headroom-monitor").at("/spec/replicas").asInt())
        .isEqualTo(2);
  }

  @Test
  void rulesAndBoardsAreTheProjectsOwn() throws IOException, InterruptedException {
    List<JsonNode> objects = rendered(EVERYTHING);
    for (Path rules : Documents.in("deploy/prometheus/rules", ".yml")) {
      String name = rules.getFileName().toString().replace(".yml", "");
      assertThat(one(objects, "PrometheusRule", name).path("spec"))
          .isEqualTo(Documents.yaml(rules).getFirst());
    }
    for (Path board : Documents.in("grafana/dashboards", ".json")) {
      String file = board.getFileName().toString();
      String name = file.replace(".json", "").replace("headroom-", "headroom-board-");
      JsonNode map = one(objects, "ConfigMap", name);
      assertThat(map.path("data").path(file).asText()).isEqualTo(Documents.text(board));
      assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
    }
  }

  @Test
  void linksOfAlertsAreWholeWhereTheirHostsAreGiven() throws IOException, InterruptedException {
    JsonNode groups =
        one(
                rendered(
                    "prometheusRule.enabled=true",
                    "prometheusRule.grafanaUrl=https://grafana.test/",
                    "prometheusRule.runbooksUrl=https://headroom.test/runbooks"),
                "PrometheusRule",
                "headroom-alerts")
            .at("/spec/groups");

    List<JsonNode> annotations = groups.findValues("annotations");
    assertThat(annotations).hasSizeGreaterThan(15);
    for (JsonNode each : annotations) {
      assertThat(each.path("dashboard").asText()).startsWith("https://grafana.test/d/headroom-");
      assertThat(each.path("runbook_url").asText())
          .startsWith("https://headroom.test/runbooks/Headroom")
          .endsWith(".md");
    }
  }

  @Test
  void monitorsAreScrapedByPodAndProbedWhereTheyAnswer() throws IOException, InterruptedException {
    // Given
    List<JsonNode> objects = rendered(EVERYTHING);
    JsonNode monitor = one(objects, "Deployment", "headroom-monitor").at("/spec/template/spec");
    JsonNode daemon = one(objects, "DaemonSet", "headroom-agent").at("/spec/template/spec");

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
      assertThat(container.at("/envFrom/0/configMapRef/name").asText()).isEqualTo("headroom-kafka");
    }
    assertThat(monitor.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(monitor.at("/containers/0/ports/0/containerPort").asInt()).isEqualTo(8080);
    assertThat(monitor.path("topologySpreadConstraints")).hasSize(2);
    assertThat(daemon.at("/containers/0/ports/0/containerPort").asInt()).isEqualTo(9401);
    assertThat(daemon.path("hostPID").asBoolean()).isTrue();
    assertThat(daemon.path("runtimeClassName").asText()).isEqualTo("nvidia");
    assertThat(daemon.at("/containers/0/securityContext/capabilities/add").toString())
        .isEqualTo("[\"SYS_PTRACE\",\"DAC_READ_SEARCH\"]");
    String folder = daemon.at("/containers/0/volumeMounts/1/mountPath").asText();
    assertThat(daemon.at("/containers/0/volumeMounts/1/readOnly").asBoolean()).isTrue();
    assertThat(daemon.at("/volumes/0/hostPath/path").asText()).isEqualTo(folder);
    assertThat(sources("cli")).contains("\"" + folder + "/kubelet.sock\"");
    JsonNode scrape = one(objects, "PodMonitor", "headroom").at("/spec/podMetricsEndpoints/0");
    assertThat(scrape.path("port").asText()).isEqualTo("http");
    assertThat(scrape.at("/relabelings/0/replacement").asText()).isEqualTo("headroom");
  }

  @Test
  void theAgentLivesInANamespaceOfItsOwn() throws IOException, InterruptedException {
    List<JsonNode> objects = rendered(EVERYTHING);

    for (JsonNode object : objects) {
      boolean isOfAgent = object.at("/metadata/name").asText().equals("headroom-agent");
      boolean isOfStrimzi = object.path("apiVersion").asText().startsWith("kafka.strimzi.io");
      if (isOfAgent && !isOfStrimzi) {
        assertThat(object.at("/metadata/namespace").asText()).isEqualTo("headroom-agents");
      }
    }
    assertThat(
            objects.stream()
                .filter(object -> object.at("/metadata/name").asText().equals("headroom-kafka"))
                .map(object -> object.at("/metadata/namespace").asText()))
        .containsExactlyInAnyOrder("headroom", "headroom-agents");
  }

  /// A store that is named has to be mounted, and its password has to come from the same Secret.
  @Test
  void tlsReachesBothRoles() throws IOException, InterruptedException {
    List<JsonNode> objects = rendered(EVERYTHING);

    assertThat(
            one(objects, "ConfigMap", "headroom-kafka")
                .at("/data/HEADROOM_KAFKA_SECURITY_PROTOCOL")
                .asText())
        .isEqualTo("SSL");
    for (var role :
        Map.of("Deployment", "headroom-monitor", "DaemonSet", "headroom-agent").entrySet()) {
      JsonNode pod = one(objects, role.getKey(), role.getValue()).at("/spec/template/spec");
      JsonNode variables = pod.at("/containers/0/env");
      assertThat(named(variables, "HEADROOM_KAFKA_SSL_KEYSTORE_LOCATION").path("value").asText())
          .isEqualTo("/etc/headroom/kafka-user/user.p12");
      assertThat(pod.at("/containers/0/volumeMounts").toString())
          .contains("/etc/headroom/kafka-user", "/etc/headroom/kafka-ca");
      assertThat(named(pod.path("volumes"), "kafka-user").at("/secret/secretName").asText())
          .isEqualTo(role.getValue())
          .isEqualTo(
              named(variables, "HEADROOM_KAFKA_SSL_KEYSTORE_PASSWORD")
                  .at("/valueFrom/secretKeyRef/name")
                  .asText());
    }
  }

  /// The scaler speaks to the same brokers, and a port that expects TLS does not answer without it.
  @Test
  void tlsReachesTheScaler() throws IOException, InterruptedException {
    List<JsonNode> objects = rendered(EVERYTHING);

    JsonNode trigger = one(objects, "ScaledObject", "headroom-monitor").at("/spec/triggers/0");
    assertThat(trigger.at("/metadata/tls").asText()).isEqualTo("enable");
    JsonNode authentication =
        one(objects, "TriggerAuthentication", trigger.at("/authenticationRef/name").asText());
    assertThat(authentication.at("/spec/secretTargetRef").findValuesAsText("name"))
        .containsExactly("kafka-cluster-ca-cert", "headroom-monitor", "headroom-monitor");
    assertThat(authentication.at("/spec/secretTargetRef").findValuesAsText("parameter"))
        .containsExactly("ca", "cert", "key");
    assertThat(rendered("keda.enabled=true").toString())
        .contains("ScaledObject")
        .doesNotContain("TriggerAuthentication", "authenticationRef");
  }

  @Test
  void scalingFollowsTheSamplesAndStopsAtTheirPartitions()
      throws IOException, InterruptedException {
    // Given
    List<JsonNode> objects = rendered(EVERYTHING);
    JsonNode scaling = one(objects, "ScaledObject", "headroom-monitor").path("spec");
    JsonNode trigger = scaling.at("/triggers/0/metadata");

    // Then
    assertThat(trigger.path("topic").asText()).isEqualTo(Topics.MEMORY_SAMPLES);
    assertThat(sources("ingest")).contains("\"" + trigger.path("consumerGroup").asText() + "\"");
    assertThat(scaling.path("maxReplicaCount").asInt())
        .isEqualTo(
            one(objects, "KafkaTopic", Topics.MEMORY_SAMPLES).at("/spec/partitions").asInt());
    assertThat(trigger.path("bootstrapServers").asText())
        .isEqualTo(one(objects, "ConfigMap", "headroom-kafka").at("/data/HEADROOM_KAFKA").asText());
    assertThat(one(objects, "Deployment", "headroom-monitor").path("spec").has("replicas"))
        .isFalse();
  }

  @Test
  void everyTopicIsThereAndNoUserMayMore() throws IOException, InterruptedException {
    // Given
    List<JsonNode> objects = rendered(EVERYTHING);
    var topics = new TreeSet<String>();
    var allowed = new TreeSet<String>();
    for (JsonNode object : objects) {
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
    String job =
        one(objects, "Job", "headroom-topics-1")
            .at("/spec/template/spec/containers/0/args")
            .toString();

    // Then
    assertThat(topics)
        .containsExactlyInAnyOrder(
            Topics.LAYER_CONFIGS,
            Topics.MEMORY_SAMPLES,
            Topics.DEVICE_SAMPLES,
            Topics.JOB_SUMMARIES,
            Topics.DEAD_LETTERS);
    assertThat(allowed).isEqualTo(topics);
    topics.forEach(topic -> assertThat(job).contains("--topic " + topic + " "));
  }

  /// Each replica's transactional id begins so; without the right to it no checkpoint is written.
  @Test
  void theMonitorMayWriteItsTransactions() throws IOException, InterruptedException {
    // When
    JsonNode transactions =
        Documents.each(
                one(rendered(EVERYTHING), "KafkaUser", "headroom-monitor")
                    .at("/spec/authorization/acls"))
            .stream()
            .filter(acl -> acl.at("/resource/type").asText().equals("transactionalId"))
            .findFirst()
            .orElseThrow();

    // Then
    assertThat(transactions.at("/resource/patternType").asText()).isEqualTo("prefix");
    assertThat(transactions.path("operations").toString()).contains("Write", "Describe");
    assertThat(sources("ingest"))
        .contains("\"" + transactions.at("/resource/name").asText() + "\" + UUID");
  }

  private static String sources(String room) {
    return Documents.in("src/main/java/dev/headroom/" + room, ".java").stream()
        .map(Documents::text)
        .collect(Collectors.joining());
  }
}
