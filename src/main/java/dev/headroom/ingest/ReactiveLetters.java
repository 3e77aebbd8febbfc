package dev.headroom.ingest;

import dev.headroom.ingest.batch.LetterSender;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jspecify.annotations.Nullable;

/// The outgoing channel of dead letters. It never waits: letters beyond its bound are not taken.
@ApplicationScoped
class ReactiveLetters implements LetterSender {

  /// The most that wait for the connector, as many as may be sent at once.
  private static final int MAX_WAITING = 20_000;

  private final Emitter<ProducerRecord<byte[], byte[]>> emitter;

  ReactiveLetters(
      @Channel(ReactiveChannels.DEAD_LETTERS)
          @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = MAX_WAITING)
          Emitter<ProducerRecord<byte[], byte[]>> emitter) {
    this.emitter = emitter;
  }

  /// @throws IllegalStateException if too many wait
  @Override
  public void send(ProducerRecord<byte[], byte[]> letter, Callback told) {
    emitter.send(
        Message.of(letter, () -> completed(told, null), why -> completed(told, failure(why))));
  }

  private static KafkaException failure(Throwable why) {
    return new KafkaException("a dead letter was not sent", why);
  }

  private static CompletionStage<Void> completed(Callback told, @Nullable KafkaException why) {
    told.onCompletion(null, why);
    return CompletableFuture.completedStage(null);
  }
}
