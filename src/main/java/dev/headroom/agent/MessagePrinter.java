package dev.headroom.agent;

import dev.headroom.agent.attribution.JobAttribution;
import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.publish.AgentMessage;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Prints the messages that the agent would send to Kafka, one a line: for a trial run and for
/// `deploy/gpu-check`.
public final class MessagePrinter {

  private MessagePrinter() {}

  /// Prints until the thread is interrupted.
  public static void run(
      String host,
      Duration period,
      DeviceProbe probe,
      JobAttribution attribution,
      InstantSource clock,
      PrintStream out)
      throws InterruptedException {
    NodeSampler sampler = new NodeSampler(host, probe.source(), attribution);
    SamplingSchedule schedule = SamplingSchedule.ofNode(host, period);
    while (true) {
      Thread.sleep(Duration.ofNanos(schedule.nextAfter(System.nanoTime()) - System.nanoTime()));
      Instant now = clock.instant();
      switch (probe.read()) {
        case ProbeReading.Devices(var devices, var failures) -> {
          failures.forEach(failure -> out.println("# " + failure));
          for (AgentMessage message : sampler.after(devices, now).messages()) {
            byte[] value = message.record().value();
            out.println(value == null ? "null" : new String(value, StandardCharsets.UTF_8));
          }
        }
        case ProbeReading.Unavailable(_, String sentence) -> out.println("# " + sentence);
      }
      out.flush();
    }
  }
}
