package dev.headroom.budget.autograd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A checkpointed part of the forward pass: saves nothing the first time, is run again when the
/// backward pass first asks for something that it would have saved, and stops once all of that is
/// there.
///
/// Source: `torch/utils/checkpoint.py`, not re-entrant, with early stop.
public final class RecomputedSegment {

  /// Layers from the first on, up to and including the last.
  public final int first;

  public final int last;
  private final List<GraphNode.Slot> slots = new ArrayList<>();
  private int filled;
  private boolean recomputed;
  private int open;

  /// What the segment was called with; its closure holds that until nothing of it is asked for.
  private final Map<Integer, Tensor> arguments = new LinkedHashMap<>();

  public RecomputedSegment(int first, int last) {
    this.first = first;
    this.last = last;
  }

  void expect(GraphNode.Slot slot) {
    slots.add(slot);
    open++;
  }

  public Map<Integer, Tensor> arguments() {
    return arguments;
  }

  /// A saved tensor was used.
  void close(Pass pass) {
    open--;
    if (open == 0) {
      forget(pass);
    }
  }

  public void forget(Pass pass) {
    arguments.values().forEach(pass::release);
    arguments.clear();
  }

  public boolean isEmpty() {
    return slots.isEmpty();
  }

  public boolean needsRecompute() {
    return !recomputed && !slots.isEmpty();
  }

  public void markRecomputed() {
    recomputed = true;
  }

  /// Takes a tensor that was saved again.
  ///
  /// @return whether everything is there now, so that the rest of the segment need not run
  boolean refill(Tensor tensor) {
    slots.get(filled++).tensor = tensor;
    return filled == slots.size();
  }
}
