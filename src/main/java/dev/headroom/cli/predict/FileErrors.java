package dev.headroom.cli.predict;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/// Why a file that a command was given cannot be read.
public final class FileErrors {

  private FileErrors() {}

  /// The reason, for people.
  public static String reason(IOException error) {
    return switch (error) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "not allowed to read it";
      default -> String.valueOf(error.getMessage());
    };
  }
}
