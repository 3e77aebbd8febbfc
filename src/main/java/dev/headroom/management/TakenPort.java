package dev.headroom.management;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/// Says which setting chooses the monitor's port where Quarkus, for a port that is taken, says how
/// to kill the process that has it.
@LoggingFilter(name = "taken-port")
public final class TakenPort implements Filter {

  private static final String TAKEN = "Port %d seems to be in use";
  private static final String ADVICE = "Use 'ss -anop";
  private static final String KILL = "You can try to kill it";

  @Override
  public boolean isLoggable(LogRecord entry) {
    String message = entry.getMessage();
    if (message == null) {
      return true;
    }
    if (message.startsWith(TAKEN)) {
      Object[] port = entry.getParameters();
      entry.setParameters(null);
      entry.setMessage(
          "Port %s is taken. QUARKUS_HTTP_PORT chooses another; 0 takes a free one."
              .formatted(port == null ? "" : port[0]));
      return true;
    }
    return !message.startsWith(ADVICE) && !message.startsWith(KILL);
  }
}
