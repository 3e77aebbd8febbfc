package dev.headroom.sample;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whose job it is, as its environment says; empty where that says nothing. All three become label
/// values of one series, so they are short and of a small alphabet.
///
/// @param owner the person: `HEADROOM_OWNER`, else the user of the Slurm job
/// @param team who is told and charged: `HEADROOM_TEAM`, else the Slurm account
/// @param namespace of the pod: `HEADROOM_NAMESPACE`, else the pod's own
public record Ownership(String owner, String team, String namespace) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:@/-]{0,64}");

  /// Nobody said whose it is.
  public static final Ownership UNKNOWN = new Ownership("", "", "");

  public Ownership {
    require("owner", owner);
    require("team", team);
    require("namespace", namespace);
  }

  /// The same of parts that nobody may have said; null is such a part.
  ///
  /// @throws IllegalArgumentException if one is out of its bounds
  public static Ownership of(
      @Nullable String owner, @Nullable String team, @Nullable String namespace) {
    return owner == null && team == null && namespace == null
        ? UNKNOWN
        : new Ownership(said("owner", owner), said("team", team), said("namespace", namespace));
  }

  /// Whether nobody said any of it.
  public boolean isUnknown() {
    return owner.isEmpty() && team.isEmpty() && namespace.isEmpty();
  }

  private static String said(String field, @Nullable String name) {
    if (name != null && name.isEmpty()) {
      throw refused(field, name);
    }
    return name == null ? "" : name;
  }

  private static void require(String field, String name) {
    if (!NAME.matcher(name).matches()) {
      throw refused(field, name);
    }
  }

  private static IllegalArgumentException refused(String field, String name) {
    return new IllegalArgumentException(field + " is not 1 to 64 of A-Za-z0-9._:@/-: " + name);
  }
}
