package dev.headroom.api.watch;

import dev.headroom.api.job.EndedPage;

/// The newest runs that ended, of a query.
public record EndedWatch(EndedPage.Query query, int limit) implements WatchedView {

  record Document(HeaderView header, EndedPage page) {}

  @Override
  public Object document(WatchSources sources) {
    return new Document(
        sources.header(),
        EndedPage.of(sources.ended(), sources.roster().snapshot(), query, null, limit));
  }
}
