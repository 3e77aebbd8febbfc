package dev.headroom.plan.change;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.change.Trial.Outcome;
import dev.headroom.plan.fit.FitCheck;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Finds what makes a job fit that does not, in order of what it costs the training.
///
/// A fused optimizer step costs nothing, autocast digits, smaller micro-batches the use of the GPU,
/// checkpoints a part of the forward pass again, and ranks more GPUs. Where one change suffices,
/// all that do are told; where none does, the changes are put together in that order, and those
/// that turn out needless are left out again.
public final class Remedies {

  private static final List<SetupChange> CHEAPEST_FIRST =
      List.of(
          PlainChanges::fused,
          PlainChanges::autocast,
          PlainChanges::accumulation,
          Checkpointing::tried,
          PlainChanges::sharding);

  private final FitCheck check;

  public Remedies(FitCheck check) {
    this.check = check;
  }

  /// Ways to make a job fit on a device; empty where it fits already, where nothing helps, and
  /// where it cannot be predicted. Each was predicted and does fit at the 95th percentile.
  public List<Remedy> of(LayerConfig config, CudaDevice device) {
    var trial = new Trial(check, device);
    Optional<Outcome> now = trial.of(config);
    if (now.isEmpty() || now.get().fits()) {
      return List.of();
    }
    var alone = new ArrayList<Remedy>();
    for (SetupChange change : CHEAPEST_FIRST) {
      change.tried(now.get(), trial).stream()
          .filter(Outcome::fits)
          .findFirst()
          .ifPresent(fits -> alone.add(fits.remedy()));
    }
    return alone.isEmpty() ? together(now.get(), trial).stream().toList() : List.copyOf(alone);
  }

  private static Optional<Remedy> together(Outcome now, Trial trial) {
    Optional<List<SetupChange>> enough = enough(now, trial);
    if (enough.isEmpty()) {
      return Optional.empty();
    }
    var needed = new ArrayList<>(enough.get());
    for (SetupChange change : enough.get()) {
      var fewer = new ArrayList<>(needed);
      fewer.remove(change);
      if (applied(fewer, now, trial).fits()) {
        needed = fewer;
      }
    }
    return Optional.of(applied(needed, now, trial).remedy());
  }

  /// The fewest of the cheapest changes that fit together.
  private static Optional<List<SetupChange>> enough(Outcome now, Trial trial) {
    for (int count = 2; count <= CHEAPEST_FIRST.size(); count++) {
      List<SetupChange> first = CHEAPEST_FIRST.subList(0, count);
      if (applied(first, now, trial).fits()) {
        return Optional.of(first);
      }
    }
    return Optional.empty();
  }

  /// A job with one change after the other, each as far as needed and at most as far as it goes.
  private static Outcome applied(List<SetupChange> changes, Outcome now, Trial trial) {
    Outcome at = now;
    for (SetupChange change : changes) {
      Outcome before = at;
      at =
          change.tried(at, trial).stream()
              .filter(tried -> tried.p95().compareTo(before.p95()) < 0)
              .min(
                  Comparator.comparing((Outcome tried) -> !tried.fits())
                      .thenComparing(Outcome::p95))
              .orElse(before);
    }
    return at;
  }
}
