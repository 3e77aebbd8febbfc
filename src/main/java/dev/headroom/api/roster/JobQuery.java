package dev.headroom.api.roster;

import dev.headroom.api.problem.Parameters;
import dev.headroom.api.problem.Problem;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.triage.Severity;
import org.jspecify.annotations.Nullable;

/// Which jobs are asked for, and in which order. What is null lets every job through.
///
/// @param reversed the other way round
/// @param gpuModel part of the GPU model's name, whatever the case
/// @param search part of the job's name, its model's, its host's or its GPU's, whatever the case
public record JobQuery(
    JobSort sort,
    boolean reversed,
    @Nullable JobStatus state,
    @Nullable Severity severity,
    @Nullable String gpuModel,
    @Nullable String search) {

  private static final int LONGEST = 200;

  /// What a request asks for.
  ///
  /// @param sort such as `drift`, or `-drift` for the other way round
  /// @throws jakarta.ws.rs.WebApplicationException 400 that names the parameter
  public static JobQuery of(
      @Nullable String sort,
      @Nullable String state,
      @Nullable String severity,
      @Nullable String gpuModel,
      @Nullable String search) {
    String order = sort == null ? JobSort.SEVERITY.wireName() : sort;
    boolean reversed = order.startsWith("-");
    JobSort by =
        Parameters.oneOf(
            "sort", JobSort.values(), JobSort::wireName, reversed ? order.substring(1) : order);
    return new JobQuery(
        by == null ? JobSort.SEVERITY : by,
        reversed,
        Parameters.oneOf("state", JobStatus.values(), JobStatus::wireName, state),
        Parameters.oneOf("severity", Severity.values(), Severity::wireName, severity),
        text("gpu_model", gpuModel),
        text("search", search));
  }

  private static @Nullable String text(String parameter, @Nullable String asked) {
    if (asked != null && asked.length() > LONGEST) {
      throw Problem.of(400, "%s is longer than %d".formatted(parameter, LONGEST)).exception();
    }
    return asked == null || asked.isBlank() ? null : asked.strip();
  }

  boolean takes(RosterEntry entry) {
    return (state == null || entry.triage().status() == state)
        && (severity == null || entry.triage().severity() == severity)
        && Parameters.contains(entry.gpuModel(), gpuModel)
        && isFound(entry);
  }

  private boolean isFound(RosterEntry entry) {
    return search == null
        || Parameters.contains(entry.job().job(), search)
        || Parameters.contains(entry.model(), search)
        || Parameters.contains(entry.host(), search)
        || Parameters.contains(entry.gpuModel(), search);
  }
}
