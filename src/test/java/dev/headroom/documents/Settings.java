package dev.headroom.documents;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/// The settings and environment variables that the sources know.
final class Settings {

  static final Pattern VARIABLE = Pattern.compile("\\bHEADROOM_[A-Z0-9_]*[A-Z0-9]");

  /// A setting or a topic.
  static final Pattern DOTTED = Pattern.compile("(?<!\\.)\\bheadroom(?:\\.[a-z-]+)+");

  private static final String KAFKA = "HEADROOM_KAFKA_";

  private static final Pattern PREFIX =
      Pattern.compile("@ConfigMapping\\(\\s*prefix = \"([\\w.]+)\"");
  private static final Pattern SETTING = Pattern.compile("(?m)^  [\\w<>@()_ ]+ (\\w+)\\(\\);");

  private final Tree tree;
  private final Set<String> mapped = new HashSet<>();

  Settings(Tree tree) {
    this.tree = tree;
    for (String source : tree.sources()) {
      Matcher prefix = PREFIX.matcher(source);
      if (prefix.find()) {
        SETTING
            .matcher(source)
            .results()
            .map(setting -> setting.group(1).replaceAll("([A-Z])", "-$1"))
            .forEach(name -> mapped.add(prefix.group(1) + "." + name.toLowerCase(Locale.ROOT)));
      }
    }
  }

  /// Every setting of a mapping, by its name in properties.
  Set<String> mapped() {
    return Set.copyOf(mapped);
  }

  boolean has(String variable) {
    return mapped.stream().anyMatch(setting -> variable(setting).equals(variable))
        || (variable.startsWith(KAFKA) && isOfKafka(variable.substring(KAFKA.length())))
        || mentions(variable);
  }

  boolean hasDotted(String name) {
    return mapped.contains(name)
        || mapped.stream().anyMatch(it -> it.startsWith(name + "."))
        || mentions(name);
  }

  private boolean mentions(String name) {
    return tree.mentions(name, "src", "deploy", "clients", "headroom", "docker-compose.yml");
  }

  private static boolean isOfKafka(String variable) {
    String property = variable.toLowerCase(Locale.ROOT).replace('_', '.');
    return AdminClientConfig.configNames().contains(property)
        || ConsumerConfig.configNames().contains(property);
  }

  private static String variable(String setting) {
    return setting.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
  }
}
