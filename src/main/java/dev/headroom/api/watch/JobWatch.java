package dev.headroom.api.watch;

import dev.headroom.api.job.EndedView;
import dev.headroom.api.roster.JobRoster;
import dev.headroom.api.view.JobDetail;
import dev.headroom.history.EndedRun;
import dev.headroom.history.HistoryEvent;
import dev.headroom.ledger.state.JobState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One job in detail: while it is listed, and as it ended.
public record JobWatch(String name) implements WatchedView {

  private static final int MAX_RUNS = 20;

  /// @param known whether there is such a job, or was one
  /// @param listed whether it goes on, or ended just now
  /// @param detail null where it is unknown
  /// @param happened what was noticed in its last hour
  /// @param runs those that ended, the newest first
  record Document(
      HeaderView header,
      boolean known,
      boolean listed,
      @Nullable JobDetail detail,
      List<HistoryEvent> happened,
      List<EndedView> runs) {}

  @Override
  public Object document(WatchSources sources) {
    JobRoster roster = sources.roster();
    JobState state = roster.snapshot().jobs().get(name);
    List<EndedRun> ended = sources.ended().of(name);
    boolean listed = state != null;
    if (state == null && !ended.isEmpty()) {
      state = EndedView.withRegistration(ended.getFirst().state(), roster.snapshot());
    }
    return new Document(
        sources.header(),
        state != null,
        listed,
        state == null ? null : JobDetail.of(roster.entry(state), roster.snapshot()),
        sources.histories().events(name),
        ended.stream().limit(MAX_RUNS).map(run -> EndedView.of(run, roster.snapshot())).toList());
  }
}
