package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What becomes of a letter is told once it has arrived or failed.
class ReactiveLettersTest {

  private static final ProducerRecord<byte[], byte[]> LETTER =
      new ProducerRecord<>("t", new byte[] {1});

  private final List<Message<? extends ProducerRecord<byte[], byte[]>>> sent = new ArrayList<>();
  private final List<@Nullable Exception> told = new ArrayList<>();

  private final class Sent implements Emitter<ProducerRecord<byte[], byte[]>> {

    @Override
    public CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
      throw new AssertionError("nobody would be told");
    }

    @Override
    public <M extends Message<? extends ProducerRecord<byte[], byte[]>>> void send(M message) {
      sent.add(message);
    }

    @Override
    public void complete() {}

    @Override
    public void error(Exception e) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public boolean hasRequests() {
      return true;
    }
  }

  @Test
  void whatBecameOfALetterIsTold() {
    // Given
    var letters = new ReactiveLetters(new Sent());

    // When
    letters.send(LETTER, (_, why) -> told.add(why));
    letters.send(LETTER, (_, why) -> told.add(why));

    // Then
    assertThat(sent).hasSize(2).allMatch(message -> message.getPayload().equals(LETTER));
    assertThat(told).isEmpty();
    assertThat(sent.getFirst().ack()).isCompleted();
    assertThat(told).containsExactly((Exception) null);
    assertThat(sent.getLast().nack(new IllegalStateException("away"))).isCompleted();
    assertThat(told).hasSize(2);
    assertThat(told.getLast()).hasRootCauseMessage("away");
  }
}
