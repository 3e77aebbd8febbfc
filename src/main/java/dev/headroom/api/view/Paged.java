package dev.headroom.api.view;

import org.jspecify.annotations.Nullable;

/// An answer that is one page of several.
public interface Paged {

  /// What to give as `after` for the next page; null on the last one.
  @Nullable String next();
}
