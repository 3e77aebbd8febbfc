package dev.headroom.cli.predict;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;

/// Finds out why standard output failed: a print stream only says that it did.
public final class StandardOutput {

  private static final String READER_IS_GONE = "Broken pipe";

  private StandardOutput() {}

  /// Whether nothing that is printed arrives any more. Says why, unless the reader closed the pipe
  /// as `head` does once it has seen enough.
  public static boolean isLost(PrintWriter err) {
    if (!System.out.checkError()) {
      return false;
    }
    try (var out = new FileOutputStream(FileDescriptor.out)) {
      out.write('\n');
    } catch (IOException e) {
      if (!READER_IS_GONE.equals(e.getMessage())) {
        err.println("standard output: " + e.getMessage());
        err.flush();
      }
    }
    return true;
  }
}
