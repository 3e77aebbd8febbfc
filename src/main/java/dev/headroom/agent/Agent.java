package dev.headroom.agent;

import dev.headroom.agent.attribution.JobAttribution;
import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.probe.ReadFailure;
import dev.headroom.agent.publish.MessageOutbox;
import dev.headroom.agent.publish.MessagePublisher;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The agent of a GPU node: samples all devices on a schedule and publishes the messages that are
/// due.
///
/// A missing driver, GPU or broker ends nothing: it is not ready, says why once, and goes on
/// trying.
public final class Agent implements AutoCloseable {
  /// Starting NVML may take seconds on a broken node: not every period, then.
  private static final Duration TRY_AGAIN = Duration.ofSeconds(5);

  private static final long TIMEOUT_MILLIS = 5_000;

  private final Settings settings;
  private final DeviceProbe probe;
  private final JobAttribution attribution;
  private final InstantSource clock;
  private final PrintStream says;
  private final NodeSampler sampler;
  private final MessageOutbox outbox;
  private final MessagePublisher publisher;
  private final AgentState state = new AgentState();
  private final AgentServer server;
  private final SamplingSchedule schedule;
  private final Thread thread = new Thread(this::run, "headroom-agent");
  private final Set<String> said = new HashSet<>();
  private @Nullable Instant tryAgain;
  private volatile boolean closing;

  /// How to run.
  ///
  /// @param host what the node is called in samples
  /// @param buffer how many records may wait for the broker
  /// @param address where metrics and health are served; port 0 takes a free one
  public record Settings(
      String host,
      Duration period,
      int buffer,
      InetSocketAddress address,
      Map<String, String> kafka) {
    public Settings {
      kafka = Map.copyOf(kafka);
    }
  }

  /// An agent that does nothing yet.
  ///
  /// @param says where it says, a line each and once, what its operator has to know
  public Agent(
      Settings settings,
      DeviceProbe probe,
      JobAttribution attribution,
      InstantSource clock,
      PrintStream says)
      throws IOException {
    this.settings = settings;
    this.probe = probe;
    this.attribution = attribution;
    this.clock = clock;
    this.says = says;
    this.schedule = SamplingSchedule.ofNode(settings.host(), settings.period());
    this.sampler = new NodeSampler(settings.host(), probe.source(), attribution);
    this.outbox = new MessageOutbox(settings.buffer());
    this.publisher = new MessagePublisher(outbox, settings.kafka());
    AgentReadiness readiness = new AgentReadiness(state, publisher);
    this.server =
        new AgentServer(
            settings.address(),
            new AgentMetrics(state, readiness, outbox, publisher).registry(),
            readiness);
  }

  /// Starts sampling, publishing and serving, each on its own thread.
  public void start() {
    server.start();
    publisher.start();
    thread.start();
  }

  /// The port that metrics and health are served on.
  public int port() {
    return server.port();
  }

  /// Waits until it was closed.
  public void join() throws InterruptedException {
    thread.join();
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join(TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) {
      probe.close();
    }
    publisher.close();
    server.close();
  }

  private void run() {
    long planned = schedule.nextAfter(System.nanoTime());
    try {
      while (!closing) {
        long wait = planned - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(Duration.ofNanos(wait));
        }
        sample(clock.instant());
        long next = schedule.nextAfter(System.nanoTime());
        state.missed(schedule.missedBetween(planned, next));
        planned = next;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// One instant of the schedule.
  void sample(Instant now) {
    if (tryAgain != null && now.isBefore(tryAgain)) {
      return;
    }
    long start = System.nanoTime();
    try {
      switch (probe.read()) {
        case ProbeReading.Devices(List<DeviceReading> devices, List<ReadFailure> failures) -> {
          tryAgain = null;
          said.remove("unavailable");
          failures.forEach(state::recordFailure);
          NodeSampler.Result result = sampler.after(devices, now);
          outbox.add(result.messages());
          state.read(devices.size(), result, System.nanoTime() - start);
          result.denied().forEach(each -> sayOnce(each.name(), attribution.sentence(each)));
        }
        case ProbeReading.Unavailable(ReadFailure failure, String sentence) -> {
          tryAgain = now.plus(TRY_AGAIN);
          state.recordFailure(failure);
          state.unavailable(sentence);
          sayOnce("unavailable", sentence + "; trying again every " + TRY_AGAIN.toSeconds() + " s");
        }
      }
    } catch (RuntimeException e) {
      // A bug of ours must not end the node's monitoring: it is counted, and said once.
      state.recordFailure(new ReadFailure("sample", "bug", ""));
      if (said.add("bug")) {
        says.println(settings.host() + ": a reading failed: " + e);
        e.printStackTrace(says);
      }
    }
  }

  private void sayOnce(String topic, String sentence) {
    if (said.add(topic)) {
      says.println(settings.host() + ": " + sentence);
    }
  }
}
