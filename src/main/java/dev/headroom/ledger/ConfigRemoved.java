package dev.headroom.ledger;

/// A job's registration ended: the null value of the layer configurations' topic.
public record ConfigRemoved(String job) implements JobEvent {

  public ConfigRemoved {
    Labels.requireJob(job);
  }
}
