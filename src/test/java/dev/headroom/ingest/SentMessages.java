package dev.headroom.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;

/// An outgoing channel that keeps what is sent; whether it arrives is for the test to say.
final class SentMessages implements Emitter<ProducerRecord<byte[], byte[]>> {

  final List<Message<? extends ProducerRecord<byte[], byte[]>>> messages = new ArrayList<>();

  @Override
  public CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
    throw new AssertionError("nobody would be told");
  }

  @Override
  public <M extends Message<? extends ProducerRecord<byte[], byte[]>>> void send(M message) {
    messages.add(message);
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
