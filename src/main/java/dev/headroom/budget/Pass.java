package dev.headroom.budget;

import dev.headroom.network.DType;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One micro-step as the framework runs it: makes tensors, records what is saved and where
/// gradients go. Events end up in the log.
final class Pass {

  private static final int NOT_MADE = -1;

  final EventLog log;
  final SavedTensors saves;

  /// Whether a graph for the backward pass is being recorded.
  private boolean recording;

  /// The checkpointed segment that runs, and whether it runs for the second time.
  private @Nullable Segment segment;

  private boolean again;

  /// Whether the layer that runs would have been stopped: nothing it makes is really made.
  private boolean stopped;

  private long sequence;

  final Chunks chunks = new Chunks();

  Pass(EventLog log, SavedTensors saves, boolean recording) {
    this.log = log;
    this.saves = saves;
    this.recording = recording;
  }

  /// Whether a segment that runs again is complete.
  boolean isStopped() {
    return stopped;
  }

  boolean isRecording() {
    return recording;
  }

  /// A new tensor in a storage of its own, held by the caller.
  Tensor make(long elements, DType dtype, Category category) {
    return make(elements, dtype, category, Layout.CONTIGUOUS);
  }

  Tensor make(long elements, DType dtype, Category category, Layout layout) {
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
  Tensor like(Tensor other, Category category) {
    return make(other.elements, other.dtype, category);
  }

  /// The gradient of a tensor: as large, without holes.
  Tensor gradientOf(long elements, DType dtype) {
    return make(elements, dtype, Category.GRADIENTS);
  }

  /// Another look at the same storage, held by the caller.
  Tensor view(Tensor of, long elements, Layout layout) {
    Tensor view = new Tensor(of.storage, elements, of.dtype, layout);
    view.isView = true;
    return view;
  }

  void drop(Tensor tensor) {
    if (tensor.letGo()) {
      Node node = tensor.node;
      if (tensor.storage.letGo() && tensor.storage.id != NOT_MADE) {
        log.release(tensor.storage);
      }
      if (node != null && node.letGo()) {
        forget(node);
      }
    }
  }

  /// A node over inputs, or none if no gradient is asked for.
  @Nullable Node node(Node.Backward backward, Tensor... inputs) {
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
    @Nullable Node[] next = new @Nullable Node[count];
    long[] elements = new long[count];
    DType[] dtypes = new DType[count];
    for (int i = 0; i < count; i++) {
      next[i] = inputs[i].node;
      elements[i] = inputs[i].elements;
      dtypes[i] = inputs[i].dtype;
    }
    return new Node(sequence++, log.layer(), next, elements, dtypes, backward, -1);
  }

  /// Makes a node the source of a tensor's gradient.
  Tensor from(@Nullable Node node, Tensor result) {
    if (node != null) {
      node.hold();
      result.node = node;
    }
    return result;
  }

  /// Keeps an input of a node for the backward pass.
  void save(@Nullable Node node, Tensor tensor) {
    if (node == null) {
      return;
    }
    if (again && segment != null) {
      if (!stopped) {
        stopped = segment.refill(tensor.hold());
      }
      return;
    }
    if (segment != null) {
      Node.Slot slot = new Node.Slot(null, segment);
      segment.expect(slot);
      node.add(slot);
      return;
    }
    tensor.storage.saved = true;
    node.add(new Node.Slot(tensor.hold(), null));
  }

  /// Keeps a result of a node: the storage, without the way back to the node.
  void saveResult(@Nullable Node node, Tensor tensor) {
    if (node == null) {
      return;
    }
    Tensor bare = view(tensor, tensor.elements, tensor.layout);
    save(node, bare);
    drop(bare);
  }

  /// Keeps a tensor that the layer made for the backward pass only, and lets go of it.
  void saveOrDrop(@Nullable Node node, Tensor tensor) {
    save(node, tensor);
    drop(tensor);
  }

  /// The same numbers in another format; the tensor itself if it has that format already. Held by
  /// the caller.
  Tensor cast(Tensor tensor, DType dtype, Category category) {
    if (tensor.dtype == dtype) {
      return tensor.hold();
    }
    Node node = node(Pass::castBack, tensor);
    return from(node, make(tensor.elements, dtype, category, tensor.layout.copied()));
  }

  private static @Nullable Tensor[] castBack(Pass pass, Node node, Tensor gradient) {
    return new Tensor[] {
      pass.make(gradient.elements, node.dtypes[0], Category.GRADIENTS, gradient.layout.copied())
    };
  }

  void enter(Segment entered, boolean secondTime) {
    segment = entered;
    again = secondTime;
    stopped = false;
  }

  void leave() {
    segment = null;
    again = false;
    stopped = false;
  }

  /// Where recording of a graph is needed again: a checkpointed segment in the backward pass.
  void record(boolean on) {
    recording = on;
  }

  /// Lets go of what a node of a segment that ran again had, last first.
  void releaseUnpacked(Node node) {
    for (int i = node.savedCount() - 1; i >= 0; i--) {
      Tensor tensor = node.saved(i).tensor;
      if (tensor != null) {
        node.saved(i).tensor = null;
        drop(tensor);
      }
    }
    for (int i = 0; i < node.savedCount(); i++) {
      Segment of = node.saved(i).segment;
      if (of != null) {
        of.close(this);
      }
    }
    node.forgetSaved();
  }

  /// Lets go of what a node saved, in its order.
  void releaseSaved(Node node) {
    for (int i = 0; i < node.savedCount(); i++) {
      Tensor tensor = node.saved(i).tensor;
      if (tensor != null) {
        node.saved(i).tensor = null;
        drop(tensor);
      }
      Segment of = node.saved(i).segment;
      if (of != null) {
        of.close(this);
      }
    }
    node.forgetSaved();
  }

  /// A graph that nobody will run backward goes, with all that only it reaches.
  private void forget(Node first) {
    var pending = new ArrayDeque<Node>(List.of(first));
    while (!pending.isEmpty()) {
      Node node = pending.poll();
      releaseSaved(node);
      for (Node next : node.next) {
        if (next != null && next.letGo()) {
          pending.add(next);
        }
      }
    }
  }
}
