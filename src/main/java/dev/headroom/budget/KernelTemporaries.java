package dev.headroom.budget;

import dev.headroom.budget.allocator.AllocatorPeaks;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.memory.MemorySize;

/// How much higher an allocator's peaks are on a GPU than where no kernel runs: some CUDA kernels
/// make tensors for themselves, which neither autograd nor the dispatcher sees.
///
/// Known are:
///
/// - `Tensor tmp = grad * output` in `softmax_backward_cuda_out`, as large as softmax's result.
///   Neither `log_softmax` nor fused attention makes it. Source:
///   `aten/src/ATen/native/cuda/SoftMax.cu`.
/// - what the sum of a linear layer's bias gradient stages, as much as on an A100, and buffers of
///   fused attention, embeddings, group norm and recurrent layers: `dev.headroom.budget.kernels`.
///
/// @param allocated bytes by which the allocator's blocks are higher at their highest
/// @param reserved bytes by which its segments are higher at their highest
public record KernelTemporaries(MemorySize allocated, MemorySize reserved) {

  public static final KernelTemporaries NONE =
      new KernelTemporaries(MemorySize.ZERO, MemorySize.ZERO);

  /// Those of a job: the difference that a second replay makes. Where no layer makes any, there is
  /// no second replay.
  ///
  /// @param without the peaks of the trace as it is
  /// @throws ArithmeticException if more bytes are held than a `long` counts
  static KernelTemporaries of(AllocationTrace trace, AllocatorPeaks without) {
    if (!trace.events().hasKernelTemporaries()) {
      return NONE;
    }
    AllocatorPeaks with = Replay.peaksOf(trace.withKernelTemporaries());
    return new KernelTemporaries(
        new MemorySize(Math.max(0, with.allocated() - without.allocated())),
        new MemorySize(Math.max(0, with.reserved() - without.reserved())));
  }

  /// Whether they make no difference to the peaks.
  public boolean isNone() {
    return equals(NONE);
  }
}
