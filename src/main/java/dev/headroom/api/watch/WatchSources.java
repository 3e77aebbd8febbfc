package dev.headroom.api.watch;

import dev.headroom.api.roster.JobRoster;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.JobHistories;
import dev.headroom.status.IngestStatus;

/// What documents are made of, at one moment.
///
/// @param header what every document begins with
public record WatchSources(
    HeaderView header,
    JobRoster roster,
    JobHistories histories,
    EndedRuns ended,
    IngestStatus status) {}
