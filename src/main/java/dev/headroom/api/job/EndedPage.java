package dev.headroom.api.job;

import dev.headroom.api.problem.Parameters;
import dev.headroom.history.EndedRun;
import dev.headroom.history.EndedRuns;
import dev.headroom.ledger.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One page of the runs that ended, the newest first.
///
/// @param total how many the query lets through
/// @param outcomes how many there are of each outcome, whatever is asked for
/// @param next what to give as `after` for the next page; null on the last one
public record EndedPage(
    int total, Map<String, Integer> outcomes, List<EndedView> runs, @Nullable String next) {

  private static final List<String> OUTCOMES =
      List.of("completed", "failed", "out_of_memory", "replaced");

  public EndedPage {
    runs = List.copyOf(runs);
  }

  /// Which of them are asked for; null lets every run through.
  ///
  /// @param search part of the job's name, its host's or its GPU model's, whatever the case
  public record Query(@Nullable String outcome, @Nullable String search) {

    /// What a request asks for.
    ///
    /// @throws jakarta.ws.rs.WebApplicationException 400 where the outcome is none
    public static Query of(@Nullable String outcome, @Nullable String search) {
      if (outcome != null && !OUTCOMES.contains(outcome)) {
        throw Parameters.unknown("outcome", outcome, OUTCOMES);
      }
      return new Query(outcome, search == null || search.isBlank() ? null : search.strip());
    }

    boolean takes(EndedRun run) {
      return (outcome == null || run.outcome().equals(outcome))
          && (search == null
              || Parameters.contains(run.state().job(), search)
              || Parameters.contains(run.gpuModel(), search)
              || run.state().placements().stream()
                  .anyMatch(it -> Parameters.contains(it.host(), search)));
    }
  }

  /// The newest runs of a query, or those before a time.
  ///
  /// @param after the time that ended the page before
  public static EndedPage of(
      EndedRuns ended, Snapshot snapshot, Query query, @Nullable Instant after, int limit) {
    List<EndedRun> all = ended.newestFirst();
    var outcomes = new TreeMap<String, Integer>();
    all.forEach(run -> outcomes.merge(run.outcome(), 1, Integer::sum));
    List<EndedRun> found = all.stream().filter(query::takes).toList();
    List<EndedRun> page =
        found.stream()
            .filter(run -> after == null || run.endedAt().isBefore(after))
            .limit(limit + 1L)
            .toList();
    boolean isLast = page.size() <= limit;
    List<EndedRun> shown = isLast ? page : page.subList(0, limit);
    return new EndedPage(
        found.size(),
        outcomes,
        shown.stream().map(run -> EndedView.of(run, snapshot)).toList(),
        isLast ? null : shown.getLast().endedAt().toString());
  }
}
