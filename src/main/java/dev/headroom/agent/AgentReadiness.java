package dev.headroom.agent;

import dev.headroom.agent.publish.MessagePublisher;
import java.util.ArrayList;
import java.util.List;

/// Whether the agent is ready; if not, one sentence for each reason.
record AgentReadiness(AgentState state, MessagePublisher publisher) {

  List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    state.unavailable().ifPresent(reasons::add);
    publisher.problem().ifPresent(problem -> reasons.add("Kafka takes no records: " + problem));
    if (reasons.isEmpty() && publisher.sent() == 0) {
      reasons.add("no record was sent yet");
    }
    return reasons;
  }
}
