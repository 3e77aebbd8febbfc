package dev.headroom.status;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/// Records a histogram. Safe for any number of threads.
final class HistogramRecorder {

  private final double[] bounds;
  private final LongAdder[] counts;
  private final DoubleAdder sum = new DoubleAdder();

  HistogramRecorder(double... bounds) {
    this.bounds = bounds;
    this.counts = new LongAdder[bounds.length + 1];
    Arrays.setAll(counts, _ -> new LongAdder());
  }

  void add(double... values) {
    var fresh = new long[counts.length];
    double total = 0;
    for (double value : values) {
      int bucket = 0;
      while (bucket < bounds.length && value > bounds[bucket]) {
        bucket++;
      }
      fresh[bucket]++;
      total += value;
    }
    for (int i = 0; i < fresh.length; i++) {
      counts[i].add(fresh[i]);
    }
    sum.add(total);
  }

  Histogram histogram() {
    var all = new ArrayList<Long>();
    for (LongAdder count : counts) {
      all.add(count.sum());
    }
    return new Histogram(Arrays.stream(bounds).boxed().toList(), all, sum.sum());
  }
}
