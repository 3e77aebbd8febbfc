package dev.headroom.wire;

/// Leaves the depth of a decoder; never leaves the package.
final class MalformedException extends Exception {

  MalformedException(String reason) {
    super(reason, null, false, false);
  }
}
