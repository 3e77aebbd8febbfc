package dev.headroom.budget.autograd;

import dev.headroom.network.tensor.DType;
import org.jspecify.annotations.Nullable;

/// A node of the autograd graph: where its gradients go, and what it saved to compute them.
public final class GraphNode {

  /// The order of making; the newest ready node runs first, and sums into parameters at once.
  public final long sequence;

  public final int layer;

  /// The nodes of the inputs, in their order; none where an input needs no gradient.
  public final @Nullable GraphNode[] next;

  /// What each input's gradient must look like.
  public final long[] elements;

  public final DType[] dtypes;

  public final Backward backward;

  /// The parameter whose gradient ends here, or −1.
  public final int parameter;

  private Slot[] saved = NONE;
  private int savedCount;

  /// The input whose gradient is that of its result, with the rows summed: a bias; else −1.
  public int summedRows = -1;

  /// How many gradients are still to come before it can run.
  public int awaited;

  public @Nullable Tensor gradient;

  private int references;

  private static final Slot[] NONE = new Slot[0];
  private static final long[] NO_ELEMENTS = new long[0];
  private static final DType[] NO_FORMATS = new DType[0];

  GraphNode(
      long sequence,
      int layer,
      @Nullable GraphNode[] next,
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
    for (GraphNode node : next) {
      if (node != null) {
        node.references++;
      }
    }
  }

  /// Where a parameter's gradient is summed: runs as soon as it is ready.
  public static GraphNode leaf(int parameter) {
    return new GraphNode(
        Long.MAX_VALUE,
        -1,
        new GraphNode[0],
        NO_ELEMENTS,
        NO_FORMATS,
        GradientRules::each,
        parameter);
  }

  /// Hands a gradient to another node at once; no step of its own.
  static GraphNode passing(GraphNode next, long elements, DType dtype, Backward backward) {
    return new GraphNode(
        Long.MAX_VALUE - 1,
        next.layer,
        new GraphNode[] {next},
        new long[] {elements},
        new DType[] {dtype},
        backward,
        -1);
  }

  public boolean needs(int input) {
    return next[input] != null;
  }

  void add(Slot slot) {
    if (savedCount == saved.length) {
      saved = java.util.Arrays.copyOf(saved, Math.max(4, 2 * savedCount));
    }
    saved[savedCount++] = slot;
  }

  public int savedCount() {
    return savedCount;
  }

  public Slot saved(int index) {
    return saved[index];
  }

  void forgetSaved() {
    saved = NONE;
    savedCount = 0;
  }

  public void retain() {
    references++;
  }

  boolean release() {
    references--;
    return references == 0;
  }

  /// What a node does: makes gradients of its inputs from the gradient of its result.
  public interface Backward {

    /// Runs it.
    ///
    /// @param gradient lent; one that is handed on must be held
    /// @return one tensor an input, or none where none is needed
    @Nullable Tensor[] run(Pass pass, GraphNode node, Tensor gradient);
  }

  /// A place for a saved tensor; one in a checkpointed segment is filled when that is run again.
  public static final class Slot {

    public @Nullable Tensor tensor;
    public final @Nullable RecomputedSegment segment;

    Slot(@Nullable Tensor tensor, @Nullable RecomputedSegment segment) {
      this.tensor = tensor;
      this.segment = segment;
    }
  }
}
