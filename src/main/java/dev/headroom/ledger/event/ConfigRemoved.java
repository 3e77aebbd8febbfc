package dev.headroom.ledger.event;

import dev.headroom.sample.NameRules;

/// A job's registration ended: the null value of the layer configurations' topic.
public record ConfigRemoved(String job) implements JobEvent {

  public ConfigRemoved {
    NameRules.requireJob(job);
  }
}
