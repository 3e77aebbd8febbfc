package dev.headroom.budget;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A checkpointed part of the forward pass: saves nothing the first time, is run again when the
/// backward pass first asks for something that it would have saved, and stops once all of that is
/// there.
///
/// Source: `torch/utils/checkpoint.py`, not re-entrant, with early stop.
final class Segment {

  /// Layers from the first on, up to and including the last.
  final int first;

  final int last;
  private final List<Node.Slot> slots = new ArrayList<>();
  private int filled;
  private boolean ran;
  private int open;

  /// What the segment was called with; its closure holds that until nothing of it is asked for.
  private final Map<Integer, Tensor> arguments = new LinkedHashMap<>();

  Segment(int first, int last) {
    this.first = first;
    this.last = last;
  }

  void expect(Node.Slot slot) {
    slots.add(slot);
    open++;
  }

  Map<Integer, Tensor> arguments() {
    return arguments;
  }

  /// A saved tensor was used.
  void close(Pass pass) {
    open--;
    if (open == 0) {
      forget(pass);
    }
  }

  void forget(Pass pass) {
    arguments.values().forEach(pass::drop);
    arguments.clear();
  }

  boolean isEmpty() {
    return slots.isEmpty();
  }

  boolean mustRunAgain() {
    return !ran && !slots.isEmpty();
  }

  void runsAgain() {
    ran = true;
  }

  /// Takes a tensor that was saved again.
  ///
  /// @return whether everything is there now, so that the rest of the segment need not run
  boolean refill(Tensor tensor) {
    slots.get(filled++).tensor = tensor;
    return filled == slots.size();
  }
}
