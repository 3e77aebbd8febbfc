package dev.headroom.agent;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Messages that wait for the broker: so many and no more. When it is full the oldest go, for what
/// a GPU holds now is worth more than what it held then; how many went is counted.
final class Outbox {
  private final int capacity;
  private final Deque<Message> waiting = new ArrayDeque<>();
  private long dropped;

  Outbox(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity < 1: " + capacity);
    }
    this.capacity = capacity;
  }

  synchronized void add(Collection<? extends Message> messages) {
    for (Message message : messages) {
      if (waiting.size() == capacity) {
        waiting.removeFirst();
        dropped++;
      }
      waiting.addLast(message);
    }
    notifyAll();
  }

  /// Puts back what was taken last and could not be handed over; it is the oldest now.
  synchronized void giveBack(Message message) {
    if (waiting.size() == capacity) {
      dropped++;
    } else {
      waiting.addFirst(message);
    }
  }

  /// The oldest message, waiting for one up to so long.
  synchronized @Nullable Message take(long millis) throws InterruptedException {
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

  synchronized int size() {
    return waiting.size();
  }

  synchronized long dropped() {
    return dropped;
  }
}
