package dev.headroom.agent.attribution;

import dev.headroom.sample.Ownership;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whose job a process is of, by the sources of the reporters and in their order: `HEADROOM_OWNER`
/// and the like, else the user and the account of Slurm and the namespace of the pod.
final class JobOwnership {

  private static final Pattern OTHERS = Pattern.compile("[^A-Za-z0-9._:@/-]");
  private static final int MAX_LENGTH = 64;

  private JobOwnership() {}

  /// What an environment says; other characters become hyphens, and 64 are kept.
  ///
  /// @param namespace of the pod, asked where the environment says none
  static Ownership of(Map<String, String> environment, Supplier<Optional<String>> namespace) {
    return Ownership.of(
        first(environment, "HEADROOM_OWNER", "SLURM_JOB_USER"),
        first(environment, "HEADROOM_TEAM", "SLURM_JOB_ACCOUNT"),
        Optional.ofNullable(first(environment, "HEADROOM_NAMESPACE", "POD_NAMESPACE"))
            .or(() -> namespace.get().map(JobOwnership::bounded))
            .orElse(null));
  }

  private static @Nullable String first(
      Map<String, String> environment, String variable, String otherwise) {
    String said = environment.getOrDefault(variable, "");
    String name = said.isEmpty() ? environment.getOrDefault(otherwise, "") : said;
    return name.isEmpty() ? null : bounded(name);
  }

  private static String bounded(String name) {
    String plain = OTHERS.matcher(name).replaceAll("-");
    return plain.substring(0, Math.min(plain.length(), MAX_LENGTH));
  }
}
