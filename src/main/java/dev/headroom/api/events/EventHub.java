package dev.headroom.api.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headroom.api.watch.WatchSources;
import dev.headroom.api.watch.WatchedView;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Tells subscribers what they watch: the whole document at first, then at most one patch a tick.
/// Of one thread; nothing waits for a subscriber. Where one has not taken the last message yet, it
/// gets none, and the whole document once it is ready again. So it never has more than one message
/// in hand.
final class EventHub {

  /// Without changes a subscriber hears from us after so many ticks.
  static final int QUIET_TICKS = 5;

  private static final String STATE = "state";
  private static final String DELTA = "delta";
  private static final String HEARTBEAT = "heartbeat";

  private final ObjectMapper json;
  private final Map<WatchedView, Channel> channels = new HashMap<>();

  /// Who follows the events.
  interface Subscriber {

    /// Whether the last message is on its way.
    boolean isReady();

    void send(String event, String data);
  }

  /// What a subscriber was told.
  private static final class Told {
    private boolean isCurrent;
    private int quiet;
  }

  /// One view and all that watch it.
  private static final class Channel {
    private final Map<Subscriber, Told> subscribers = new LinkedHashMap<>();
    private @Nullable ObjectNode document;
  }

  EventHub(ObjectMapper json) {
    this.json = json;
  }

  /// Begins to tell a subscriber; it gets the whole document at once.
  void subscribe(WatchedView view, Subscriber subscriber, WatchSources sources, Instant now) {
    Channel channel = channels.computeIfAbsent(view, _ -> new Channel());
    if (channel.document == null) {
      channel.document = json.valueToTree(view.document(sources));
    }
    var told = new Told();
    channel.subscribers.put(subscriber, told);
    if (subscriber.isReady()) {
      told.isCurrent = true;
      subscriber.send(STATE, text(now, "state", channel.document));
    }
  }

  void unsubscribe(WatchedView view, Subscriber subscriber) {
    Channel channel = channels.get(view);
    if (channel != null) {
      channel.subscribers.remove(subscriber);
      if (channel.subscribers.isEmpty()) {
        channels.remove(view);
      }
    }
  }

  /// Whether anybody is there to be told.
  boolean isIdle() {
    return channels.isEmpty();
  }

  /// How many distinct views are watched.
  int views() {
    return channels.size();
  }

  /// Tells everybody what changed since the tick before.
  void tick(WatchSources sources, Instant now) {
    channels.forEach((view, channel) -> tick(view, channel, sources, now));
  }

  private void tick(WatchedView view, Channel channel, WatchSources sources, Instant now) {
    ObjectNode before = channel.document;
    ObjectNode after = json.valueToTree(view.document(sources));
    ObjectNode patch = before == null ? after : MergePatch.between(before, after);
    channel.document = after;
    // Each is written once, for all subscribers, where one needs it.
    String state = null;
    String delta = patch.isEmpty() ? null : text(now, "patch", patch);
    for (Map.Entry<Subscriber, Told> entry : channel.subscribers.entrySet()) {
      Subscriber subscriber = entry.getKey();
      Told told = entry.getValue();
      if (!subscriber.isReady()) {
        told.isCurrent &= delta == null;
        continue;
      }
      if (!told.isCurrent) {
        state = Objects.requireNonNullElseGet(state, () -> text(now, "state", after));
        subscriber.send(STATE, state);
        told.isCurrent = true;
        told.quiet = 0;
      } else if (delta != null) {
        subscriber.send(DELTA, delta);
        told.quiet = 0;
      } else if (++told.quiet >= QUIET_TICKS) {
        subscriber.send(HEARTBEAT, text(now, "state", null));
        told.quiet = 0;
      }
    }
  }

  private String text(Instant now, String name, @Nullable ObjectNode content) {
    ObjectNode message = json.createObjectNode();
    message.put("at", now.toString());
    if (content != null) {
      message.set(name, content);
    }
    try {
      return json.writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always written", e);
    }
  }
}
