package dev.headroom.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whose job it is: {@code HEADROOM_OWNER}, {@code HEADROOM_TEAM} and {@code HEADROOM_NAMESPACE},
 * else what Slurm and the pod say.
 */
final class Ownership {
  private static final int LONGEST = 64;
  private static final Path POD =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

  private Ownership() {}

  /** The fields of the layer config that are known. */
  static Map<String, String> here() {
    return of(System.getenv(), POD);
  }

  static Map<String, String> of(Map<String, String> environment, Path pod) {
    Map<String, String> known = new LinkedHashMap<>();
    put(known, "owner", first(environment, "HEADROOM_OWNER", "SLURM_JOB_USER"));
    put(known, "team", first(environment, "HEADROOM_TEAM", "SLURM_JOB_ACCOUNT"));
    String namespace = first(environment, "HEADROOM_NAMESPACE", "POD_NAMESPACE");
    put(known, "namespace", namespace.isEmpty() ? read(pod) : namespace);
    return known;
  }

  private static void put(Map<String, String> known, String field, String text) {
    if (!text.isEmpty()) {
      String name = text.replaceAll("[^A-Za-z0-9._:@/-]", "-");
      known.put(field, name.substring(0, Math.min(LONGEST, name.length())));
    }
  }

  private static String first(Map<String, String> environment, String own, String other) {
    String text = environment.getOrDefault(own, "");
    return text.isEmpty() ? environment.getOrDefault(other, "") : text;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
