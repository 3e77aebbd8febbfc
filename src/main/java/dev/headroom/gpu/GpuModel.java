package dev.headroom.gpu;

import dev.headroom.memory.MemorySize;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A kind of GPU and the memory that it has.
///
/// @param name as Headroom writes it, such as `A100-40GB`
/// @param total as NVML reports it
/// @param usable what one process can have: less than the total by what the driver keeps
/// @param usableBasis where that figure comes from, for people
/// @param computeCapability null where unknown
/// @param mig null where MIG cannot divide it, or nobody knows how
/// @param pricePerHour the user's own, in the user's currency; null where none is given
public record GpuModel(
    String name,
    MemorySize total,
    MemorySize usable,
    String usableBasis,
    @Nullable ComputeCapability computeCapability,
    @Nullable MigGeometry mig,
    @Nullable Double pricePerHour) {

  private static final MemorySize LARGE = MemorySize.ofMebibytes(32 << 10);

  public GpuModel {
    if (usable.bytes() == 0 || usable.compareTo(total) > 0) {
      throw new IllegalArgumentException("%s: usable is 0 or more than total".formatted(name));
    }
    if (pricePerHour != null && !(pricePerHour >= 0 && pricePerHour < 1e9)) {
      throw new IllegalArgumentException(
          "%s: price_per_hour is no price: %s".formatted(name, pricePerHour));
    }
  }

  /// A GPU of which only the size is known, all of it usable.
  public static GpuModel ofSize(String name, MemorySize size) {
    return new GpuModel(name, size, size, "the size that was asked for", null, null, null);
  }

  /// What one process can have of a GPU of which only the total is known: less than that by more
  /// than the driver of any GPU of this size was seen to keep.
  public static MemorySize usableOf(MemorySize total) {
    MemorySize reserve = MemorySize.ofMebibytes(total.compareTo(LARGE) < 0 ? 512 : 1024);
    return reserve.compareTo(total) < 0 ? total.minusOrZero(reserve) : total;
  }

  public Optional<MigGeometry> geometry() {
    return Optional.ofNullable(mig);
  }
}
