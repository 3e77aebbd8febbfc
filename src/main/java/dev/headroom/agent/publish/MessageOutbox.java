package dev.headroom.agent.publish;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A bounded queue of messages for the broker. When it is full, the oldest are dropped and counted:
/// a newer sample is worth more.
public final class MessageOutbox {
  private final int capacity;
  private final Deque<AgentMessage> waiting = new ArrayDeque<>();
  private long dropped;

  public MessageOutbox(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity < 1: " + capacity);
    }
    this.capacity = capacity;
  }

  public synchronized void add(Collection<? extends AgentMessage> messages) {
    for (AgentMessage message : messages) {
      if (waiting.size() == capacity) {
        waiting.removeFirst();
        dropped++;
      }
      waiting.addLast(message);
    }
    notifyAll();
  }

  /// Puts back what was taken last and could not be handed over; it is the oldest now.
  synchronized void giveBack(AgentMessage message) {
    if (waiting.size() == capacity) {
      dropped++;
    } else {
      waiting.addFirst(message);
    }
  }

  /// The oldest message, waiting for one up to so long.
  synchronized @Nullable AgentMessage take(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (waiting.isEmpty()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return null;
      }
      wait(left);
    }
    return waiting.removeFirst();
  }

  public synchronized int size() {
    return waiting.size();
  }

  public synchronized long dropped() {
    return dropped;
  }
}
