package dev.headroom.wire.json;

/// Leaves the depth of a decoder; never leaves the package.
public final class MalformedException extends Exception {

  public MalformedException(String reason) {
    super(reason, null, false, false);
  }
}
