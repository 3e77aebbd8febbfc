package dev.headroom.ledger.condition;

import dev.headroom.budget.Unsupported;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Why a job has no budget.
///
/// @param reasons in words, one at least
public record MissingBudget(BudgetGap gap, List<String> reasons) {

  public MissingBudget {
    reasons = List.copyOf(reasons);
  }

  /// Empty for a job with a budget.
  ///
  /// @param remembered a job's last config that was well formed, of whatever run
  /// @param refused a job's newest config, if that was refused
  public static Optional<MissingBudget> of(
      JobState job,
      Function<String, @Nullable Registration> remembered,
      Function<String, @Nullable RefusedConfig> refused) {
    if (job.budget().isPresent()) {
      return Optional.empty();
    }
    RefusedConfig newest = refused.apply(job.job());
    if (newest != null) {
      return said(BudgetGap.REFUSED, "the layer config that came was refused: " + newest.reason());
    }
    Registration own = job.registration();
    if (own != null && own.prediction() instanceof Unsupported(List<String> reasons)) {
      return Optional.of(new MissingBudget(BudgetGap.UNSUPPORTED, reasons));
    }
    Registration other = remembered.apply(job.job());
    if (other == null) {
      return said(BudgetGap.NO_CONFIG, "no layer config of this job came");
    }
    return said(
        BudgetGap.OTHER_RUN,
        "the layer config that came is of %s, the samples are of %s"
            .formatted(run(other.config().run()), run(job.run())));
  }

  private static Optional<MissingBudget> said(BudgetGap gap, String reason) {
    return Optional.of(new MissingBudget(gap, List.of(reason)));
  }

  private static String run(@Nullable String name) {
    return name == null ? "an older run" : "run " + name;
  }
}
