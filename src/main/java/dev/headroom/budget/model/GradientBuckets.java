package dev.headroom.budget.model;

import java.util.ArrayList;
import java.util.List;

/// The buffers in which DDP sums gradients: parameters in the order in which their gradients come,
/// a bucket closed as soon as it has reached its size. The first is small, to start early.
///
/// Source: `compute_bucket_assignment_by_size` and `rebuild_buckets` in
/// `torch/csrc/distributed/c10d/reducer.cpp`. The last parameters' gradients are taken to come
/// first.
public final class GradientBuckets {

  private static final long MEBIBYTE = 1L << 20;
  private static final long FIRST = MEBIBYTE;

  private GradientBuckets() {}

  /// Bytes of each bucket.
  ///
  /// @param capMebibytes `bucket_cap_mb`
  public static List<Long> sizes(DeviceModel model, int capMebibytes) {
    var sizes = new ArrayList<Long>();
    int[] order = model.stepOrder();
    long open = 0;
    for (int i = order.length - 1; i >= 0; i--) {
      open = Math.addExact(open, model.parameter(order[i]).storage.bytes);
      if (open >= (sizes.isEmpty() ? FIRST : capMebibytes * MEBIBYTE)) {
        sizes.add(open);
        open = 0;
      }
    }
    if (open > 0) {
      sizes.add(open);
    }
    return sizes;
  }
}
