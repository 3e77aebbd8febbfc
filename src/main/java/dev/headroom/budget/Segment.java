package dev.headroom.budget;

import java.util.ArrayList;
import java.util.List;

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

  Segment(int first, int last) {
    this.first = first;
    this.last = last;
  }

  void expect(Node.Slot slot) {
    slots.add(slot);
  }

  boolean mustRunAgain() {
    return !ran && !slots.isEmpty();
  }

  void runsAgain() {
    ran = true;
  }

  void refill(Tensor tensor) {
    slots.get(filled++).tensor = tensor;
    if (filled == slots.size()) {
      throw Complete.INSTANCE;
    }
  }

  /// Everything is there: the rest of the segment need not run.
  static final class Complete extends RuntimeException {

    static final Complete INSTANCE = new Complete();

    private Complete() {
      super("all saved tensors are there", null, false, false);
    }
  }
}
