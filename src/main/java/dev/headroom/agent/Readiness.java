package dev.headroom.agent;

import java.util.ArrayList;
import java.util.List;

/// Whether the agent does its work, and if not, why: one sentence a reason.
record Readiness(AgentState state, Publisher publisher) {

  List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    state.unavailable().ifPresent(reasons::add);
    publisher.trouble().ifPresent(trouble -> reasons.add("Kafka takes no records: " + trouble));
    return reasons;
  }
}
