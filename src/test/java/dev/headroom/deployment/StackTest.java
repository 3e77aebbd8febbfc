package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// docker-compose.yml and Dockerfile, as far as they can be proven without Docker: against the
/// published schema, and that every path, port, host and variable they name exists.
class StackTest {

  private static final Path COMPOSE = Path.of("docker-compose.yml");
  private static final String LAUNCHER = Documents.text(Path.of("headroom"));
  private static final String PROPERTIES =
      Documents.text(Path.of("src/main/resources/application.properties"));

  private final JsonNode compose = merged(COMPOSE);

  @Test
  void isValidByTheComposeSpecification() {
    // Given
    var schema =
        (ObjectNode) Documents.json(Path.of("src/test/resources/compose/compose-spec.json"));
    // It is no address, which the validator insists on.
    schema.remove("$id");

    // When
    var complaints =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
            .getSchema(schema)
            .validate(compose);

    // Then
    assertThat(complaints).isEmpty();
  }

  @Test
  void everyServiceIsPinnedConfinedAndWatched() {
    services()
        .forEach(
            (name, service) -> {
              String image = service.path("image").asText();
              assertThat(image).as(name).matches("headroom:local|[a-z/]+:v?\\d+\\.\\d+\\.\\d+");
              assertThat(service.path("cap_drop").toString()).as(name).isEqualTo("[\"ALL\"]");
              assertThat(service.path("security_opt").toString())
                  .as(name)
                  .contains("no-new-privileges:true");
              // Kafka's own start script writes into its image's folders.
              assertThat(service.path("read_only").asBoolean())
                  .as(name)
                  .isEqualTo(!is(name, "kafka"));
              // Nothing asks the simulator anything.
              assertThat(service.has("healthcheck")).as(name).isEqualTo(!is(name, "simulator"));
              if (!image.equals("headroom:local")) {
                assertThat(service.path("user").asText()).as(name).matches("[1-9]\\d*:\\d+");
              } else {
                assertThat(service.path("user").asText()).isEqualTo(is(name, "agent") ? "0:0" : "");
              }
              Documents.each(service.path("ports"))
                  .forEach(port -> assertThat(port.asText()).as(name).startsWith("127.0.0.1:"));
            });
    assertThat(services().keySet())
        .containsExactlyInAnyOrder(
            "kafka", "monitor", "simulator", "agent", "prometheus", "alertmanager", "grafana");
    assertThat(compose.at("/services/agent/profiles").toString()).isEqualTo("[\"gpu\"]");
  }

  @Test
  void everyMountedPathExists() {
    var mounts = new ArrayList<String>();
    services()
        .forEach(
            (name, service) ->
                Documents.each(service.path("volumes"))
                    .forEach(
                        volume -> {
                          String source = volume.asText().split(":", -1)[0];
                          mounts.add(volume.asText());
                          if (source.startsWith("./")) {
                            assertThat(Path.of(source)).as(name).exists();
                            assertThat(volume.asText()).endsWith(":ro");
                          } else {
                            assertThat(compose.path("volumes").has(source)).as(source).isTrue();
                          }
                        }));
    String all = String.join("\n", mounts);
    assertThat(arguments("prometheus")).contains("--config.file=/etc/prometheus/prometheus.yml");
    assertThat(arguments("alertmanager")).contains("/etc/alertmanager/alertmanager.yml");
    assertThat(all)
        .contains(":/etc/prometheus/prometheus.yml:ro", ":/etc/alertmanager/alertmanager.yml:ro")
        .contains("./deploy/prometheus/rules:/etc/prometheus/rules:ro");
    String boards =
        Documents.yaml(Path.of("grafana/provisioning/dashboards/headroom.yml"))
            .getFirst()
            .at("/providers/0/options/path")
            .asText();
    assertThat(all).contains("./grafana/dashboards:" + boards + ":ro");
    String home =
        compose
            .at("/services/grafana/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
            .asText();
    assertThat(Path.of(home.replace(boards, "grafana/dashboards"))).exists();
  }

  @Test
  void everyHostAndPortThatOneNamesIsOpenAtTheOther() {
    // Given
    Map<String, String> open =
        Map.of(
            "monitor", property("quarkus.http.port"),
            "agent", "9401",
            "prometheus", "9090",
            "alertmanager", "9093",
            "kafka", "19092");
    JsonNode prometheus = Documents.yaml(Path.of("deploy/prometheus/prometheus.yml")).getFirst();
    String texts =
        prometheus
            + Documents.text(Path.of("grafana/provisioning/datasources/prometheus.yml"))
            + compose.path("services");

    // Then
    assertThat(Documents.text(Path.of("src/main/java/dev/headroom/cli/AgentCommand.java")))
        .contains("127.0.0.1:9401");
    assertThat(compose.at("/services/kafka/environment/KAFKA_LISTENERS").asText())
        .contains("INSIDE://:19092");
    Pattern.compile("(?<![/\\w])(monitor|agent|prometheus|alertmanager|kafka):(\\d+)\\b")
        .matcher(texts)
        .results()
        .forEach(use -> assertThat(use.group(2)).as(use.group()).isEqualTo(open.get(use.group(1))));
    for (JsonNode scrape : prometheus.path("scrape_configs")) {
      JsonNode names = scrape.at("/dns_sd_configs/0");
      if (!names.isMissingNode()) {
        String host = names.at("/names/0").asText();
        assertThat(services()).containsKey(host);
        assertThat(names.path("port").asText()).isEqualTo(open.get(host));
      }
    }
    services()
        .forEach(
            (name, service) -> {
              String check = service.at("/healthcheck/test").toString();
              Pattern.compile("(?:127\\.0\\.0\\.1[:/ ])(\\d{4,5})")
                  .matcher(check)
                  .results()
                  .forEach(
                      port ->
                          assertThat(port.group(1))
                              .as("health of " + name)
                              .isEqualTo(open.getOrDefault(name, "3000")));
            });
  }

  @Test
  void everyVariableAndCommandOfOursIsRead() {
    // Given
    String code =
        Documents.in("src/main/java", ".java").stream()
            .map(Documents::text)
            .collect(Collectors.joining());
    String settings = Documents.text(Path.of("docs/configuration.md"));
    var variables = new TreeSet<String>();
    Pattern ours = Pattern.compile("\\b(HEADROOM_[A-Z_]+|QUARKUS_[A-Z_]+)\\b");
    ours.matcher(Documents.text(COMPOSE)).results().forEach(v -> variables.add(v.group()));
    ours.matcher(Documents.text(Path.of("Dockerfile")))
        .results()
        .forEach(v -> variables.add(v.group()));
    Documents.in("deploy/helm/headroom", ".yaml", ".tpl")
        .forEach(
            file ->
                ours.matcher(Documents.text(file))
                    .results()
                    .forEach(v -> variables.add(v.group())));
    variables.remove("HEADROOM_KAFKA_");

    // Then
    assertThat(variables).contains("HEADROOM_KAFKA", "HEADROOM_HOST", "HEADROOM_JAVA_OPTS");
    for (String variable : variables) {
      String property = variable.toLowerCase(Locale.ROOT).replace('_', '.');
      boolean isOfKafka =
          variable.startsWith("HEADROOM_KAFKA_")
              && ProducerConfig.configNames()
                  .contains(property.substring("headroom.kafka.".length()));
      assertThat(
              isOfKafka
                  || LAUNCHER.contains(variable)
                  || code.contains(variable)
                  || PROPERTIES.contains(property)
                  || settings.contains("`" + variable + "`"))
          .as(variable + " is read by nobody")
          .isTrue();
    }
    for (String name : List.of("monitor", "simulator", "agent")) {
      String command = compose.at("/services/" + name + "/command/0").asText();
      assertThat(LAUNCHER).containsPattern("(?m)^  (\\w+ \\| )*" + command + "( \\| \\w+)*\\)");
    }
  }

  @Test
  void theImageCopiesWhatExistsAndRunsAsNobodySpecial() {
    // Given
    List<String> lines =
        Documents.text(Path.of("Dockerfile")).replace("\\\n", " ").lines().toList();
    Set<String> admitted =
        Documents.text(Path.of(".dockerignore"))
            .lines()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .collect(Collectors.toSet());

    // Then
    assertThat(lines.stream().filter(line -> line.startsWith("FROM "))).hasSize(2);
    for (String line : lines) {
      if (line.startsWith("COPY ") && !line.contains("--from=build")) {
        List<String> words = List.of(line.split(" +"));
        for (String source : words.subList(1, words.size() - 1)) {
          assertThat(Path.of(source)).exists();
          assertThat(admitted).contains(source);
        }
      }
    }
    assertThat(lines).contains("USER 10001:10001", "CMD [\"monitor\"]");
    assertThat(Files.isExecutable(Path.of("headroom"))).isTrue();
    assertThat(LAUNCHER).contains("HEADROOM_HOME", "quarkus-app");
  }

  private String arguments(String service) {
    return compose.at("/services/" + service + "/command").toString();
  }

  private Map<String, JsonNode> services() {
    return new ObjectMapper()
        .convertValue(compose.path("services"), new TypeReference<Map<String, JsonNode>>() {});
  }

  private static boolean is(String name, String other) {
    return name.equals(other);
  }

  private static String property(String name) {
    return PROPERTIES
        .lines()
        .filter(line -> line.startsWith(name + "="))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  /// With `<<` carried out, as Compose does.
  private static JsonNode merged(Path file) {
    Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(Documents.text(file));
    return new ObjectMapper().valueToTree(read);
  }
}
