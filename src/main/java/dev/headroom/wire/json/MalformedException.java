package dev.headroom.wire.json;

/// A message is malformed. Decoders throw it inwards and return
/// [dev.headroom.wire.Decoded.Malformed].
public final class MalformedException extends Exception {

  public MalformedException(String reason) {
    super(reason, null, false, false);
  }
}
