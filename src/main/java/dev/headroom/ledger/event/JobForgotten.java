package dev.headroom.ledger.event;

import dev.headroom.sample.NameRules;

/// A job's owner no longer lists it: the null value of the summaries' topic.
public record JobForgotten(String job) implements JobEvent {

  public JobForgotten {
    NameRules.requireJob(job);
  }
}
