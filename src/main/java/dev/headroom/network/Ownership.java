package dev.headroom.network;

import java.util.regex.Pattern;

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

  private static void require(String field, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(field + " is not 1 to 64 of A-Za-z0-9._:@/-: " + name);
    }
  }
}
