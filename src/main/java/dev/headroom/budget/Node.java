package dev.headroom.budget;

import dev.headroom.network.DType;
import org.jspecify.annotations.Nullable;

/// A step of the backward pass: where gradients go from here, and what was saved to compute them.
final class Node {

  /// The order of making; the newest ready node runs first, and sums into parameters at once.
  final long sequence;

  final int layer;

  /// The nodes of the inputs, in their order; none where an input needs no gradient.
  final @Nullable Node[] next;

  /// What each input's gradient must look like.
  final long[] elements;

  final DType[] dtypes;

  final Backward backward;

  /// The parameter whose gradient ends here, or −1.
  final int parameter;

  private Slot[] saved = NONE;
  private int savedCount;

  /// How many gradients are still to come before it can run.
  int awaited;

  @Nullable Tensor gradient;

  private int references;

  private static final Slot[] NONE = new Slot[0];
  private static final long[] NO_ELEMENTS = new long[0];
  private static final DType[] NO_FORMATS = new DType[0];

  Node(
      long sequence,
      int layer,
      @Nullable Node[] next,
      long[] elements,
      DType[] dtypes,
      Backward backward,
      int parameter) {
    this.sequence = sequence;
    this.layer = layer;
    this.next = next;
    this.elements = elements;
    this.dtypes = dtypes;
    this.backward = backward;
    this.parameter = parameter;
    for (Node node : next) {
      if (node != null) {
        node.references++;
      }
    }
  }

  /// Where a parameter's gradient is summed: runs as soon as it is ready.
  static Node leaf(int parameter) {
    return new Node(
        Long.MAX_VALUE, -1, new Node[0], NO_ELEMENTS, NO_FORMATS, Backwards::each, parameter);
  }

  /// Hands a gradient to another node at once; no step of its own.
  static Node passing(Node next, long elements, DType dtype, Backward backward) {
    return new Node(
        Long.MAX_VALUE - 1,
        next.layer,
        new Node[] {next},
        new long[] {elements},
        new DType[] {dtype},
        backward,
        -1);
  }

  boolean needs(int input) {
    return next[input] != null;
  }

  void add(Slot slot) {
    if (savedCount == saved.length) {
      saved = java.util.Arrays.copyOf(saved, Math.max(4, 2 * savedCount));
    }
    saved[savedCount++] = slot;
  }

  int savedCount() {
    return savedCount;
  }

  Slot saved(int index) {
    return saved[index];
  }

  void forgetSaved() {
    saved = NONE;
    savedCount = 0;
  }

  void hold() {
    references++;
  }

  boolean letGo() {
    references--;
    return references == 0;
  }

  /// What a node does: makes gradients of its inputs from the gradient of its result.
  interface Backward {

    /// Runs it.
    ///
    /// @param gradient lent; one that is handed on must be held
    /// @return one tensor an input, or none where none is needed
    @Nullable Tensor[] run(Pass pass, Node node, Tensor gradient);
  }

  /// A place for a saved tensor; one in a checkpointed segment is filled when that is run again.
  static final class Slot {

    @Nullable Tensor tensor;
    final @Nullable Segment segment;

    Slot(@Nullable Tensor tensor, @Nullable Segment segment) {
      this.tensor = tensor;
      this.segment = segment;
    }
  }
}
