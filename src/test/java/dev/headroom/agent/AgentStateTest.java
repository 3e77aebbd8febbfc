package dev.headroom.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.agent.attribution.ProcessOwner.Rule;
import dev.headroom.agent.probe.ReadFailure;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgentStateTest {

  private final AgentState state = new AgentState();

  @Test
  void isUnavailableUntilADeviceWasRead() {
    assertThat(state.unavailable()).contains("no device was read yet");
    // When
    state.read(3, result(2), 1_500_000_000L);
    state.read(4, result(1), 500_000_000L);
    // Then
    assertThat(state.unavailable()).isEmpty();
    AgentState.Figures figures = state.figures();
    assertThat(figures.devices()).isEqualTo(4);
    assertThat(figures.unattributed()).isEqualTo(1);
    assertThat(figures.processes()).isEqualTo(Map.of(Rule.ENVIRONMENT, 7));
    assertThat(figures.readings()).isEqualTo(2);
    assertThat(figures.readingSeconds()).isCloseTo(2, within(1e-9));
  }

  @Test
  void forgetsItsDevicesWhereTheyAreGone() {
    state.read(3, result(2), 1);
    // When
    state.unavailable("no driver");
    // Then
    assertThat(state.unavailable()).contains("no driver");
    assertThat(state.figures().devices()).isZero();
    assertThat(state.figures().unattributed()).isZero();
    assertThat(state.figures().processes()).isEmpty();
    assertThat(state.figures().readings()).isEqualTo(1);
  }

  @Test
  void countsFailuresByCallAndReasonUpToABound() {
    // When
    for (int i = 0; i < 1_005; i++) {
      state.recordFailure(new ReadFailure("call" + i, "timeout", "GPU-1"));
    }
    state.recordFailure(new ReadFailure("call0", "timeout", "GPU-2"));
    state.recordFailure(new ReadFailure("call0", "other", "GPU-2"));
    // Then
    assertThat(state.figures().failures())
        .hasSize(1_000)
        .containsEntry(new AgentState.CallAndReason("call0", "timeout"), 2L)
        .containsEntry(new AgentState.CallAndReason("call999", "timeout"), 1L);
  }

  @Test
  void countsMissedInstants() {
    state.missed(2);
    state.missed(3);
    assertThat(state.figures().missed()).isEqualTo(5);
  }

  private static NodeSampler.Result result(int unattributed) {
    return new NodeSampler.Result(List.of(), Map.of(Rule.ENVIRONMENT, 7), unattributed, Set.of());
  }
}
