package dev.headroom.ledger.event;

import dev.headroom.sample.NameRules;

/// The layer config that a job sent is not of the contract. What was known of the job before stays.
///
/// @param reason names the field and the value, at most a few hundred printable characters
public record ConfigRefused(String job, String reason) implements JobEvent {

  public ConfigRefused {
    NameRules.requireJob(job);
  }
}
