package dev.headroom.budget.autograd;

import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.budget.trace.Storage;
import dev.headroom.memory.Category;
import dev.headroom.network.tensor.DType;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One micro-step as PyTorch runs it: makes tensors, records the autograd graph and what it saves.
/// Allocations go to the log.
public final class Pass {

  private static final int NOT_MADE = -1;

  public final AllocationLog log;
  public final SavedTensorVersions saves;

  /// Whether a graph for the backward pass is being recorded.
  private boolean recording;

  /// The checkpointed segment that runs, and whether it runs for the second time.
  private @Nullable RecomputedSegment segment;

  private boolean recomputing;

  /// Whether the layer that runs would have been stopped: nothing it makes is really made.
  private boolean stopped;

  private long sequence;

  public final SplitParts chunks = new SplitParts();

  public Pass(AllocationLog log, SavedTensorVersions saves, boolean recording) {
    this.log = log;
    this.saves = saves;
    this.recording = recording;
  }

  /// Whether a segment that runs again is complete.
  public boolean isStopped() {
    return stopped;
  }

  public boolean isRecording() {
    return recording;
  }

  /// A new tensor in a storage of its own, held by the caller.
  public Tensor make(long elements, DType dtype, Category category) {
    return make(elements, dtype, category, Layout.CONTIGUOUS);
  }

  public Tensor make(long elements, DType dtype, Category category, Layout layout) {
    long bytes = Math.multiplyExact(elements, (long) dtype.bytes());
    Storage storage =
        stopped
            ? new Storage(NOT_MADE, bytes, category, log.layer(), false)
            : log.allocate(bytes, category, false);
    return new Tensor(storage, elements, dtype, layout);
  }

  /// Stands for a gradient that is kept elsewhere; no memory.
  Tensor token(long elements, DType dtype) {
    return new Tensor(
        new Storage(NOT_MADE, 0, Category.GRADIENTS, log.layer(), false),
        elements,
        dtype,
        Layout.CONTIGUOUS);
  }

  /// A new tensor with the elements of another one.
  public Tensor like(Tensor other, Category category) {
    return make(other.elements, other.dtype, category);
  }

  /// The gradient of a tensor: as large, without holes.
  public Tensor gradientOf(long elements, DType dtype) {
    return make(elements, dtype, Category.GRADIENTS);
  }

  /// Another look at the same storage, held by the caller.
  public Tensor view(Tensor of, long elements, Layout layout) {
    Tensor view = new Tensor(of.storage, elements, of.dtype, layout);
    view.isView = true;
    return view;
  }

  public void release(Tensor tensor) {
    if (tensor.release()) {
      GraphNode node = tensor.node;
      if (tensor.storage.release() && tensor.storage.id != NOT_MADE) {
        log.release(tensor.storage);
      }
      if (node != null && node.release()) {
        forget(node);
      }
    }
  }

  /// A node over inputs, or none if no gradient is asked for.
  public @Nullable GraphNode node(GraphNode.Backward backward, Tensor... inputs) {
    if (!recording) {
      return null;
    }
    boolean needed = false;
    for (Tensor input : inputs) {
      needed |= input.needsGradient();
    }
    if (!needed) {
      return null;
    }
    int count = inputs.length;
    @Nullable GraphNode[] next = new @Nullable GraphNode[count];
    long[] elements = new long[count];
    DType[] dtypes = new DType[count];
    for (int i = 0; i < count; i++) {
      next[i] = inputs[i].node;
      elements[i] = inputs[i].elements;
      dtypes[i] = inputs[i].dtype;
    }
    return new GraphNode(sequence++, log.layer(), next, elements, dtypes, backward, -1);
  }

  /// Makes a node the source of a tensor's gradient.
  public Tensor from(@Nullable GraphNode node, Tensor result) {
    if (node != null) {
      node.retain();
      result.node = node;
    }
    return result;
  }

  /// Keeps an input of a node for the backward pass.
  public void save(@Nullable GraphNode node, Tensor tensor) {
    if (node == null) {
      return;
    }
    if (recomputing && segment != null) {
      if (!stopped) {
        stopped = segment.refill(tensor.retain());
      }
      return;
    }
    if (segment != null) {
      GraphNode.Slot slot = new GraphNode.Slot(null, segment);
      segment.expect(slot);
      node.add(slot);
      return;
    }
    tensor.storage.markSaved();
    node.add(new GraphNode.Slot(tensor.retain(), null));
  }

  /// Keeps a result of a node: the storage, without the way back to the node.
  public void saveResult(@Nullable GraphNode node, Tensor tensor) {
    if (node == null) {
      return;
    }
    Tensor bare = view(tensor, tensor.elements, tensor.layout);
    save(node, bare);
    release(bare);
  }

  /// Keeps a tensor that the layer made for the backward pass only, and lets go of it.
  public void saveAndRelease(@Nullable GraphNode node, Tensor tensor) {
    save(node, tensor);
    release(tensor);
  }

  /// The same numbers in another format; the tensor itself if it has that format already. Held by
  /// the caller.
  public Tensor cast(Tensor tensor, DType dtype, Category category) {
    if (tensor.dtype == dtype) {
      return tensor.retain();
    }
    GraphNode node = node(Pass::castBack, tensor);
    return from(node, make(tensor.elements, dtype, category, tensor.layout.copied()));
  }

  private static @Nullable Tensor[] castBack(Pass pass, GraphNode node, Tensor gradient) {
    return new Tensor[] {
      pass.make(gradient.elements, node.dtypes[0], Category.GRADIENTS, gradient.layout.copied())
    };
  }

  public void enter(RecomputedSegment entered, boolean secondTime) {
    segment = entered;
    recomputing = secondTime;
    stopped = false;
  }

  public void leave() {
    segment = null;
    recomputing = false;
    stopped = false;
  }

  /// Where recording of a graph is needed again: a checkpointed segment in the backward pass.
  public void setRecording(boolean on) {
    recording = on;
  }

  /// Lets go of what a node of a segment that ran again had, last first.
  public void releaseUnpacked(GraphNode node) {
    for (int i = node.savedCount() - 1; i >= 0; i--) {
      Tensor tensor = node.saved(i).tensor;
      if (tensor != null) {
        node.saved(i).tensor = null;
        release(tensor);
      }
    }
    for (int i = 0; i < node.savedCount(); i++) {
      RecomputedSegment of = node.saved(i).segment;
      if (of != null) {
        of.close(this);
      }
    }
    node.forgetSaved();
  }

  /// Lets go of what a node saved, in its order.
  public void releaseSaved(GraphNode node) {
    for (int i = 0; i < node.savedCount(); i++) {
      Tensor tensor = node.saved(i).tensor;
      if (tensor != null) {
        node.saved(i).tensor = null;
        release(tensor);
      }
      RecomputedSegment of = node.saved(i).segment;
      if (of != null) {
        of.close(this);
      }
    }
    node.forgetSaved();
  }

  /// A graph that nobody will run backward goes, with all that only it reaches.
  private void forget(GraphNode first) {
    var pending = new ArrayDeque<GraphNode>(List.of(first));
    while (!pending.isEmpty()) {
      GraphNode node = pending.poll();
      releaseSaved(node);
      for (GraphNode next : node.next) {
        if (next != null && next.release()) {
          pending.add(next);
        }
      }
    }
  }
}
