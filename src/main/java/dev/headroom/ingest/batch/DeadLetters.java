package dev.headroom.ingest.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Sends refused records to the dead-letter topic with their reason, at a bounded rate. Records
/// beyond the rate are counted and withheld.
public final class DeadLetters {

  private static final int MAX_VALUE_BYTES = 64 * 1024;
  private static final int MAX_KEY_BYTES = 1024;
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private final LetterSender sender;
  private final IngestStatus status;
  private final TokenBucket records;
  private final TokenBucket bytes;
  private SentLetters sent = new SentLetters(null);

  /// @param records how many may be sent
  /// @param bytes how many bytes of keys, values and headers
  public DeadLetters(
      LetterSender sender, IngestStatus status, TokenBucket records, TokenBucket bytes) {
    this.sender = sender;
    this.status = status;
    this.records = records;
    this.bytes = bytes;
  }

  /// Passes one record on, or withholds it.
  void send(ConsumerRecord<byte[], byte[]> record, String reason) {
    if (!isAnyAllowed()) {
      status.recordWithheldDeadLetter();
      return;
    }
    byte[] key = cut(record.key(), MAX_KEY_BYTES);
    byte[] value = cut(record.value(), MAX_VALUE_BYTES);
    var headers = headers(record, reason);
    long size = length(key) + length(value) + size(headers);
    if (!allowed(size)) {
      status.recordWithheldDeadLetter();
      return;
    }
    SentLetters mine = add();
    try {
      sender.send(
          new ProducerRecord<>(Topics.DEAD_LETTERS, null, null, key, value, headers),
          (_, exception) -> acknowledged(mine, exception == null));
    } catch (KafkaException | IllegalStateException _) {
      acknowledged(mine, false);
    }
  }

  /// The letters that were sent until now.
  public synchronized SentLetters sent() {
    SentLetters until = sent;
    sent = new SentLetters(until);
    return until;
  }

  /// Before anything is made of it: a flood is withheld at little cost.
  private synchronized boolean isAnyAllowed() {
    return records.hasTokens(1);
  }

  private synchronized boolean allowed(long size) {
    return records.hasTokens(1)
        && bytes.hasTokens(size)
        && records.tryTake(1)
        && bytes.tryTake(size);
  }

  private synchronized SentLetters add() {
    sent.add();
    return sent;
  }

  private void acknowledged(SentLetters letters, boolean isForwarded) {
    if (isForwarded) {
      status.recordForwardedDeadLetter();
    } else {
      status.recordWithheldDeadLetter();
    }
    letters.done();
  }

  private static RecordHeaders headers(ConsumerRecord<byte[], byte[]> record, String reason) {
    var headers = new RecordHeaders();
    int size = 0;
    for (Header header : record.headers()) {
      size += header.key().length() + length(header.value());
      if (size > MAX_HEADER_BYTES) {
        break;
      }
      headers.add(header);
    }
    headers.add("headroom-reason", reason.getBytes(UTF_8));
    headers.add("headroom-topic", record.topic().getBytes(UTF_8));
    headers.add("headroom-partition", Integer.toString(record.partition()).getBytes(UTF_8));
    headers.add("headroom-offset", Long.toString(record.offset()).getBytes(UTF_8));
    return headers;
  }

  private static long size(RecordHeaders headers) {
    long size = 0;
    for (Header header : headers) {
      size += header.key().length() + length(header.value());
    }
    return size;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static byte @Nullable [] cut(byte @Nullable [] bytes, int longest) {
    return bytes == null || bytes.length <= longest ? bytes : Arrays.copyOf(bytes, longest);
  }
}
