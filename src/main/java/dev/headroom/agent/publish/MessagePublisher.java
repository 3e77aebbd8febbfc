package dev.headroom.agent.publish;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Sends the outbox to Kafka with an idempotent producer, on a thread of its own.
///
/// While the broker is away it holds a bounded number of messages in the producer and leaves the
/// rest to the outbox, where the newest win. Sampling never waits for it.
public final class MessagePublisher implements AutoCloseable {
  static final int MAX_IN_FLIGHT = 1_000;
  private static final long TIMEOUT_MILLIS = 200;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

  private final MessageOutbox outbox;
  private final Producer<byte[], byte[]> producer;
  private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Thread thread = new Thread(this::run, "headroom-agent-publisher");
  private volatile boolean closing;
  private volatile @Nullable String problem;

  public MessagePublisher(MessageOutbox outbox, Map<String, String> settings) {
    this(
        outbox,
        new KafkaProducer<>(
            properties(settings), new ByteArraySerializer(), new ByteArraySerializer()));
  }

  MessagePublisher(MessageOutbox outbox, Producer<byte[], byte[]> producer) {
    this.outbox = outbox;
    this.producer = producer;
  }

  /// What the producer is made of: settings override the tuning here, but for what keeps a message
  /// from being there twice.
  static Map<String, Object> properties(Map<String, String> settings) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("client.id", "headroom-agent");
    properties.put("linger.ms", "20");
    properties.put("compression.type", "lz4");
    properties.put("buffer.memory", "8388608");
    properties.put("delivery.timeout.ms", "30000");
    properties.put("request.timeout.ms", "10000");
    properties.put("max.block.ms", "1000");
    properties.put("reconnect.backoff.max.ms", "1000");
    properties.putAll(settings);
    properties.put("enable.idempotence", "true");
    properties.put("acks", "all");
    return properties;
  }

  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  public long sent() {
    return sent.get();
  }

  /// Messages that the producer has and the broker has not answered yet.
  public int inFlight() {
    return MAX_IN_FLIGHT - inFlight.availablePermits();
  }

  /// Messages that the broker did not take in time, or refused.
  public long failed() {
    return failed.get();
  }

  /// Why the last message was not taken; empty where it was, and before the first.
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /// Sends what waits for as long as that, then stops.
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
      // It waits for room where the broker answers nothing.
      thread.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(CLOSE_TIMEOUT);
  }

  private void run() {
    try {
      while (true) {
        AgentMessage message = outbox.take(TIMEOUT_MILLIS);
        if (message == null) {
          if (closing) {
            return;
          }
        } else if (!inFlight.tryAcquire(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
          outbox.giveBack(message);
        } else if (!send(message) && closing) {
          return;
        }
      }
    } catch (InterruptedException | InterruptException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Hands a message to the producer; false where it could not take it, and the outbox has it
  /// again.
  private boolean send(AgentMessage message) {
    Thread sender = Thread.currentThread();
    boolean[] taken = {true};
    var _ =
        producer.send(
            message.record(),
            (_, exception) -> {
              inFlight.release();
              if (exception == null) {
                sent.incrementAndGet();
                problem = null;
                return;
              }
              problem = exception.getMessage();
              if (sender.equals(Thread.currentThread())) {
                // Nobody told the producer yet where that topic is: it never had the message.
                taken[0] = false;
              } else {
                failed.incrementAndGet();
              }
            });
    if (!taken[0]) {
      outbox.giveBack(message);
    }
    return taken[0];
  }
}
