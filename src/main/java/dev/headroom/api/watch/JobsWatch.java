package dev.headroom.api.watch;

import dev.headroom.api.roster.JobQuery;
import dev.headroom.api.roster.JobRoster;
import dev.headroom.api.roster.RosterEntry;
import dev.headroom.api.view.JobView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Some jobs of a query, as they follow each other.
///
/// @param offset how many are left out before them
/// @param limit how many
public record JobsWatch(JobQuery query, int offset, int limit) implements WatchedView {

  /// @param total how many the query lets through
  /// @param order the names of the jobs, as they follow each other
  /// @param jobs by name
  record Document(HeaderView header, int total, List<String> order, Map<String, JobView> jobs) {}

  @Override
  public Object document(WatchSources sources) {
    JobRoster roster = sources.roster();
    JobRoster.Page page = roster.page(query, offset, limit);
    Map<String, JobView> jobs = new LinkedHashMap<>();
    for (RosterEntry entry : page.entries()) {
      jobs.put(entry.job().job(), JobView.of(entry, roster.snapshot()));
    }
    return new Document(sources.header(), page.total(), List.copyOf(jobs.keySet()), jobs);
  }
}
