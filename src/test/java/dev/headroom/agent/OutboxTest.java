package dev.headroom.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.DeviceRemoved;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final Outbox outbox = new Outbox(3);

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
    Message first = Objects.requireNonNull(outbox.take(0));

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
    Message first = Objects.requireNonNull(outbox.take(0));
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

  private List<Message> taken() throws InterruptedException {
    List<Message> taken = new ArrayList<>();
    for (Message next = outbox.take(0); next != null; next = outbox.take(0)) {
      taken.add(next);
    }
    return taken;
  }

  private static List<Message> messages(int... numbers) {
    return IntStream.of(numbers)
        .<Message>mapToObj(n -> new Message.DeviceGone(new DeviceRemoved("GPU-" + n)))
        .toList();
  }
}
