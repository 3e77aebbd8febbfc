package dev.headroom.ledger;

/// A job's owner no longer lists it: the null value of the summaries' topic.
public record JobForgotten(String job) implements JobEvent {

  public JobForgotten {
    Labels.requireJob(job);
  }
}
