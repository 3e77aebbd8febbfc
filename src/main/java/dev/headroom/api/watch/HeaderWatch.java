package dev.headroom.api.watch;

/// The figures that every page shows, and nothing else.
public record HeaderWatch() implements WatchedView {

  record Document(HeaderView header) {}

  @Override
  public Object document(WatchSources sources) {
    return new Document(sources.header());
  }
}
