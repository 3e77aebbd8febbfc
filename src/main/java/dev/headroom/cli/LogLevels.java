package dev.headroom.cli;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.handlers.ConsoleHandler;

/// The log levels of libraries in the roles that run without Quarkus.
///
/// Its log manager would complain there that it is not the JVM's, and keep what is logged for a
/// configuration that never comes: a Kafka client without a broker logs for as long as it runs.
/// What an operator has to know a role says itself; of the libraries, errors are shown.
final class LogLevels {
  private LogLevels() {}

  /// To be called before anything is logged.
  static void ofErrorsOnly() {
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    ConsoleHandler console = InitialConfigurator.createDefaultHandler();
    console.setTarget(ConsoleHandler.Target.SYSTEM_ERR);
    console.setLevel(Level.ERROR);
    InitialConfigurator.DELAYED_HANDLER.setHandlers(new Handler[] {console});
    // Else a library takes its finest level for shown, and writes out each record that it sends.
    Logger.getLogger("").setLevel(Level.ERROR);
  }
}
