package dev.headroom.cli.predict;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;

/// What became of what was printed: a print stream only says that something went wrong.
final class StandardOutput {

  private static final String READER_IS_GONE = "Broken pipe";

  private StandardOutput() {}

  /// Whether printing is in vain. Says why, but not where the reader has seen enough, as `head`
  /// has.
  static boolean isLost(PrintWriter err) {
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
