package dev.headroom.ingest.batch;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Takes dead letters on their way to Kafka, without waiting.
@FunctionalInterface
public interface LetterSender {

  /// Takes one letter.
  ///
  /// @param told what became of it, with the exception if it was not sent
  /// @throws RuntimeException if it cannot be taken now
  void send(ProducerRecord<byte[], byte[]> letter, Callback told);
}
