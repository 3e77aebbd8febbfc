package dev.headroom.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// The commands of `docs/kafka.md`. The shell runs them with `kafka-topics.sh` and `kafka-acls.sh`
/// that print what they are called with, and Kafka's administration client does it.
final class KafkaScript {

  private static final List<String> ROLES =
      List.of("headroom-monitor", "headroom-agent", "headroom-job", "headroom-operator");

  static final String CONFIG =
      """
      {"schema":"headroom/layer-config/1","job":"tiny","batch_size":4,
       "inputs":[{"name":"x","shape":[64]}],
       "layers":[{"name":"fc","type":"linear","inputs":["x"],"in_features":64,"out_features":8}]}""";

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```\n(.*?)^```$");

  private static final String PRINTING =
      """
      kafka-topics.sh() { printf 'topics'; printf ' %s' "$@"; echo; }
      kafka-acls.sh() { printf 'acls'; printf ' %s' "$@"; echo; }
      KAFKA=k ADMIN=a
      """;

  private KafkaScript() {}

  /// Settings of a broker with a second listener, where each role has a password, its own name, and
  /// no rights yet.
  static String asksWhoComesIn(int port) {
    return """
    listeners=PLAINTEXT://127.0.0.1:%%1$d,SASL_PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%%1$d,SASL_PLAINTEXT://127.0.0.1:%1$d
    listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
    sasl.enabled.mechanisms=PLAIN
    listener.name.sasl_plaintext.plain.sasl.jaas.config=\
    org.apache.kafka.common.security.plain.PlainLoginModule required %2$s;
    authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
    super.users=User:ANONYMOUS
    auto.create.topics.enable=false
    """
        .formatted(
            port,
            ROLES.stream()
                .map(role -> "user_%1$s=\"%1$s\"".formatted(role))
                .collect(Collectors.joining(" ")));
  }

  static void run(Admin admin, Map<String, String> environment)
      throws IOException, InterruptedException, ExecutionException {
    var topics = new ArrayList<NewTopic>();
    var rights = new ArrayList<AclBinding>();
    for (String line : printed(environment).lines().toList()) {
      List<String> words = List.of(line.split(" "));
      if (words.getFirst().equals("topics")) {
        topics.add(topic(words));
      } else {
        rights.addAll(rights(words));
      }
    }
    admin.createTopics(topics).all().get();
    admin.createAcls(rights).all().get();
  }

  private static String printed(Map<String, String> environment)
      throws IOException, InterruptedException {
    String script =
        BLOCK
            .matcher(Files.readString(Path.of("docs/kafka.md")))
            .results()
            .map((MatchResult block) -> block.group(1))
            .collect(Collectors.joining("\n", PRINTING, ""));
    var builder = new ProcessBuilder("bash", "-euc", script).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process shell = builder.start();
    String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
    if (shell.waitFor() != 0) {
      throw new IOException(said);
    }
    return said;
  }

  private static NewTopic topic(List<String> words) {
    var configs = new HashMap<String, String>();
    for (String config : after("--config", words)) {
      configs.put(config.split("=", 2)[0], config.split("=", 2)[1]);
    }
    return new NewTopic(
            one("--topic", words),
            Optional.of(Integer.parseInt(one("--partitions", words))),
            Optional.of((short) 1))
        .configs(configs);
  }

  private static List<AclBinding> rights(List<String> words) {
    ResourceType type =
        words.contains("--topic")
            ? ResourceType.TOPIC
            : words.contains("--group") ? ResourceType.GROUP : ResourceType.TRANSACTIONAL_ID;
    var pattern =
        new ResourcePattern(
            type,
            one("--" + type.name().toLowerCase(Locale.ROOT).replace('_', '-'), words),
            words.contains("prefixed") ? PatternType.PREFIXED : PatternType.LITERAL);
    return after("--operation", words).stream()
        .map(
            operation ->
                new AclBinding(
                    pattern,
                    new AccessControlEntry(
                        one("--allow-principal", words),
                        "*",
                        AclOperation.fromString(
                            operation.equals("DescribeConfigs") ? "DESCRIBE_CONFIGS" : operation),
                        AclPermissionType.ALLOW)))
        .toList();
  }

  private static String one(String option, List<String> words) {
    return after(option, words).getFirst();
  }

  private static List<String> after(String option, List<String> words) {
    var values = new ArrayList<String>();
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals(option)) {
        values.add(words.get(i + 1));
      }
    }
    return values;
  }
}
