package dev.headroom.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.event.DeviceRemoved;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageOutboxTest {
  private final MessageOutbox outbox = new MessageOutbox(3);

  @Test
  void theNewestWinAndTheDroppedAreCounted() throws InterruptedException {
    // When
    outbox.add(messages(1, 2, 3, 4, 5));

    // Then
    assertThat(taken()).isEqualTo(messages(3, 4, 5));
    assertThat(outbox.dropped()).isEqualTo(2);
  }

  @Test
  void whatIsGivenBackIsTheOldestAgain() throws InterruptedException {
    // Given
    outbox.add(messages(1, 2));
    AgentMessage first = Objects.requireNonNull(outbox.take(0));

    // When
    outbox.giveBack(first);

    // Then
    assertThat(taken()).isEqualTo(messages(1, 2));
    assertThat(outbox.dropped()).isZero();
  }

  @Test
  void whatIsGivenBackToAFullOneIsDropped() throws InterruptedException {
    // Given
    outbox.add(messages(1));
    AgentMessage first = Objects.requireNonNull(outbox.take(0));
    outbox.add(messages(2, 3, 4));

    // When
    outbox.giveBack(first);

    // Then
    assertThat(taken()).isEqualTo(messages(2, 3, 4));
    assertThat(outbox.dropped()).isEqualTo(1);
  }

  @Test
  void anEmptyOneGivesNothing() throws InterruptedException {
    assertThat(outbox.take(1)).isNull();
  }

  private List<AgentMessage> taken() throws InterruptedException {
    List<AgentMessage> taken = new ArrayList<>();
    for (AgentMessage next = outbox.take(0); next != null; next = outbox.take(0)) {
      taken.add(next);
    }
    return taken;
  }

  private static List<AgentMessage> messages(int... numbers) {
    return IntStream.of(numbers)
        .<AgentMessage>mapToObj(n -> new AgentMessage.DeviceGone(new DeviceRemoved("GPU-" + n)))
        .toList();
  }
}
