package dev.headroom.api.job;

import dev.headroom.budget.Budget;
import dev.headroom.budget.MemoryTimeline.TimelinePoint;
import dev.headroom.memory.Category;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The predicted memory of one training step, layer by layer.
///
/// @param categories the names of a moment's sizes, in their order
/// @param peak the index of the moment that holds most
/// @param total how many moments the budget has; where there are more than asked for, each one here
///     is the largest of several
public record StepView(
    String job, List<String> categories, int total, int peak, List<Moment> moments) {

  public StepView {
    categories = List.copyOf(categories);
    moments = List.copyOf(moments);
  }

  /// What is alive after a layer did its work.
  ///
  /// @param bytes by category
  record Moment(
      String phase, String layer, List<Long> bytes, long allocatedBytes, long reservedBytes) {

    private static Moment of(TimelinePoint point) {
      return new Moment(
          point.phase().wireName(),
          point.layer(),
          point.bytes(),
          point.allocated(),
          point.reserved());
    }
  }

  static StepView of(String job, Budget budget, int most) {
    List<TimelinePoint> all = budget.timeline().moments();
    int every = Math.max(1, Math.ceilDiv(all.size(), most));
    var moments = new ArrayList<Moment>();
    int peak = 0;
    long highest = -1;
    for (int from = 0; from < all.size(); from += every) {
      TimelinePoint largest = all.get(from);
      for (int i = from; i < Math.min(from + every, all.size()); i++) {
        largest = live(all.get(i)) > live(largest) ? all.get(i) : largest;
      }
      if (live(largest) > highest) {
        highest = live(largest);
        peak = moments.size();
      }
      moments.add(Moment.of(largest));
    }
    return new StepView(
        job,
        Arrays.stream(Category.values()).map(Category::wireName).toList(),
        all.size(),
        peak,
        moments);
  }

  private static long live(TimelinePoint point) {
    return point.bytes().stream().mapToLong(Long::longValue).sum();
  }
}
