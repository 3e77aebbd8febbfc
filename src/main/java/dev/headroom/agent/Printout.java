package dev.headroom.agent;

import dev.headroom.agent.attribution.Attribution;
import dev.headroom.ledger.Source;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;

/// Says to a terminal what the agent would say to Kafka, one message a line: for trying it out, and
/// for `deploy/gpu-check`.
public final class Printout {

  private Printout() {}

  /// Prints until the thread is interrupted.
  public static void run(
      String host,
      Duration period,
      DeviceProbe probe,
      Attribution attribution,
      InstantSource clock,
      PrintStream out)
      throws InterruptedException {
    Source source = probe.source().equals("cuda") ? Source.CUDA : Source.NVML;
    NodeSampler sampler = new NodeSampler(host, source, attribution);
    Schedule schedule = Schedule.ofNode(host, period);
    while (true) {
      Thread.sleep(Duration.ofNanos(schedule.nextAfter(System.nanoTime()) - System.nanoTime()));
      switch (probe.read()) {
        case Reading.Devices(var devices, var troubles) -> {
          troubles.forEach(trouble -> out.println("# " + trouble));
          for (Message message : sampler.after(devices, clock.instant()).messages()) {
            byte[] value = message.record().value();
            out.println(value == null ? "null" : new String(value, StandardCharsets.UTF_8));
          }
        }
        case Reading.Unavailable(_, String sentence) -> out.println("# " + sentence);
      }
      out.flush();
    }
  }
}
