package dev.headroom.wire;

import java.util.Map;
import java.util.Optional;

/// The topics of the contract. `HEADROOM_TOPIC_PREFIX` is what their names begin with; a process
/// reads it once. Without it they begin with `headroom.`.
public final class Topics {

  /// What the names begin with in the contract, and in files of records.
  private static final String STANDARD = "headroom.";

  private static final String VARIABLE = "HEADROOM_TOPIC_PREFIX";

  public static final String PREFIX = prefix(System.getenv());

  public static final String LAYER_CONFIGS = PREFIX + "layer-configs";
  public static final String MEMORY_SAMPLES = PREFIX + "memory-samples";
  public static final String DEVICE_SAMPLES = PREFIX + "device-samples";
  public static final String JOB_SUMMARIES = PREFIX + "job-summaries";
  public static final String DEAD_LETTERS = PREFIX + "dead-letters";

  private Topics() {}

  /// Whether a record in a file is a layer config: reporters write the contract's names there.
  public static boolean isLayerConfigs(String topic) {
    return topic.equals(LAYER_CONFIGS) || topic.equals(STANDARD + "layer-configs");
  }

  /// What is wrong with the prefix of an environment, in one sentence; empty if nothing is.
  public static Optional<String> fault(Map<String, String> environment) {
    String prefix = prefix(environment);
    return prefix.matches("[A-Za-z0-9._-]{1,200}")
        ? Optional.empty()
        : Optional.of("%s is not 1 to 200 of A-Za-z0-9._-: %s".formatted(VARIABLE, prefix));
  }

  static String prefix(Map<String, String> environment) {
    String prefix = environment.getOrDefault(VARIABLE, "");
    return prefix.isEmpty() ? STANDARD : prefix;
  }
}
