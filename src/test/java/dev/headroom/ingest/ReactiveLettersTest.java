package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What becomes of a letter is told once it has arrived or failed.
class ReactiveLettersTest {

  private static final ProducerRecord<byte[], byte[]> LETTER =
      new ProducerRecord<>("t", new byte[] {1});

  private final SentMessages sent = new SentMessages();
  private final List<@Nullable Exception> told = new ArrayList<>();

  @Test
  void whatBecameOfALetterIsTold() {
    // Given
    var letters = new ReactiveLetters(sent);

    // When
    letters.send(LETTER, (_, why) -> told.add(why));
    letters.send(LETTER, (_, why) -> told.add(why));

    // Then
    assertThat(sent.messages).hasSize(2).allMatch(message -> message.getPayload().equals(LETTER));
    assertThat(told).isEmpty();
    assertThat(sent.messages.getFirst().ack()).isCompleted();
    assertThat(told).containsExactly((Exception) null);
    assertThat(sent.messages.getLast().nack(new IllegalStateException("away"))).isCompleted();
    assertThat(told).hasSize(2);
    assertThat(told.getLast()).hasRootCauseMessage("away");
  }
}
