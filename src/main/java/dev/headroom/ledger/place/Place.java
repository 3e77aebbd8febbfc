package dev.headroom.ledger.place;

import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What one rank of a job holds on one GPU, over all of its processes there.
///
/// @param processes at least one, the one that holds most first
/// @param isHome whether the rank holds most on this GPU: its predicted peak belongs here
public record Place(List<Placement> processes, boolean isHome) {

  public Place {
    processes = List.copyOf(processes);
  }

  /// The process that holds most.
  public Placement main() {
    return processes.getFirst();
  }

  public String gpu() {
    return main().gpu();
  }

  /// The number of the rank; null where none of its processes has one.
  public @Nullable Integer rank() {
    for (Placement process : processes) {
      if (process.rank() != null) {
        return process.rank();
      }
    }
    return null;
  }

  /// What all processes hold now; null where nobody measured any.
  public @Nullable MemorySize held() {
    return sum(Placement::held);
  }

  /// Whether the rank is here: it holds memory here, or more than anywhere else.
  public boolean isOccupied() {
    MemorySize held = held();
    return isHome || (held != null && held.bytes() > 0);
  }

  /// Each size over all processes; those of the device are of the device and do not add up.
  public MemorySample.Sizes sizes() {
    MemorySample.Sizes main = main().latest();
    if (processes.size() == 1) {
      return main;
    }
    return new MemorySample.Sizes(
        sum(process -> process.latest().processUsed()),
        main.deviceUsed(),
        main.deviceTotal(),
        sum(process -> process.latest().allocated()),
        sum(process -> process.latest().reserved()));
  }

  private @Nullable MemorySize sum(Function<Placement, @Nullable MemorySize> size) {
    MemorySize sum = null;
    for (Placement process : processes) {
      MemorySize more = size.apply(process);
      if (more != null) {
        sum = sum == null ? more : sum.plus(more);
      }
    }
    return sum;
  }
}
