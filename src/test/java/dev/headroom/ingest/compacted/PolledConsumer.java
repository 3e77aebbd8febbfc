package dev.headroom.ingest.compacted;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import java.lang.reflect.Proxy;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/// A channel's consumer whose polling thread is the one that asks. Of its many methods one is used.
public final class PolledConsumer {

  private PolledConsumer() {}

  /// What the connector gives for a client.
  ///
  /// @param failure why its next action fails; null where it does not
  @SuppressWarnings("unchecked")
  public static <K, V> KafkaConsumer<K, V> of(
      Consumer<K, V> consumer, Supplier<@Nullable RuntimeException> failure) {
    return (KafkaConsumer<K, V>)
        Proxy.newProxyInstance(
            KafkaConsumer.class.getClassLoader(),
            new Class<?>[] {KafkaConsumer.class},
            (_, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("runOnPollingThread");
              var action = (Function<Consumer<K, V>, Object>) arguments[0];
              RuntimeException why = failure.get();
              return why == null
                  ? Uni.createFrom().item(action.apply(consumer))
                  : Uni.createFrom().failure(why);
            });
  }
}
