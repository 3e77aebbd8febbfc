package dev.headroom.api.watch;

/// What one page watches. Equal views share one document and its changes.
public interface WatchedView {

  /// The document as it is now: a record that Jackson writes as an object without nulls.
  Object document(WatchSources sources);
}
