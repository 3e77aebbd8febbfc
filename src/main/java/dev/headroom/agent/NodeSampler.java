package dev.headroom.agent;

import dev.headroom.agent.attribution.HostMemory;
import dev.headroom.agent.attribution.JobAttribution;
import dev.headroom.agent.attribution.ProcessOwner;
import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.IntegratedGpus;
import dev.headroom.agent.probe.ProcessReading;
import dev.headroom.agent.publish.AgentMessage;
import dev.headroom.ledger.event.DeviceRemoved;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.SampleSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the messages that are due from readings of one node's devices.
///
/// A process of a job is a memory sample each time. A device is a sample when it changed, and
/// otherwise every so often; one that has not been seen for a while is taken back. A job's process
/// that is no more is said to have ended: how, an agent does not know. What it remembers is bounded
/// by what is on the node now.
final class NodeSampler {
  /// A device is repeated this often though nothing changed.
  static final Duration REPEAT = Duration.ofSeconds(10);

  /// A device that a driver hides for a moment is not a device that was pulled.
  static final Duration GONE_AFTER = Duration.ofSeconds(30);

  /// Who owned nobody's process a while ago may be known by now.
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

  private final String host;
  private final SampleSource source;
  private final JobAttribution attribution;
  private final Map<String, Published> devices = new HashMap<>();
  private final Map<Long, Known> processes = new HashMap<>();
  private final Map<Long, List<MemorySample>> running = new HashMap<>();

  NodeSampler(String host, SampleSource source, JobAttribution attribution) {
    this.host = host;
    this.source = source;
    this.attribution = attribution;
  }

  private record Published(DeviceSample sample, Instant seen) {}

  private record Known(String startTime, JobAttribution.Attributed attributed, Instant asked) {}

  /// What one reading led to.
  ///
  /// @param byRule how many processes each rule found
  /// @param denied what the rules had to do without for at least one process
  record Result(
      List<AgentMessage> messages,
      Map<ProcessOwner.Rule, Integer> byRule,
      int unattributed,
      Set<JobAttribution.Denied> denied) {
    Result {
      messages = List.copyOf(messages);
      byRule = Map.copyOf(byRule);
      denied = Set.copyOf(denied);
    }
  }

  Result after(List<DeviceReading> readings, Instant now) {
    List<AgentMessage> messages = new ArrayList<>();
    Map<ProcessOwner.Rule, Integer> byRule = new HashMap<>();
    Set<Long> seen = new HashSet<>();
    int unattributed = 0;
    Set<JobAttribution.Denied> denied = EnumSet.noneOf(JobAttribution.Denied.class);
    for (DeviceReading device : readings) {
      List<GpuProcess> onDevice = new ArrayList<>();
      for (ProcessReading process :
          device.processes() == null ? List.<ProcessReading>of() : device.processes()) {
        if (process.pid() == 0) {
          continue; // A process of another PID namespace: the driver knows it, we cannot name it.
        }
        seen.add(process.pid());
        JobAttribution.Attributed attributed = ask(process.pid(), device.gpu(), now, messages);
        denied.addAll(attributed.denied());
        switch (attributed.owner()) {
          case ProcessOwner.Job job -> {
            byRule.merge(job.rule(), 1, Integer::sum);
            onDevice.add(
                new GpuProcess(process.pid(), size(process.usedBytes()), job.job(), job.rank()));
            sample(job, attributed.ownership(), device, process, now)
                .ifPresent(
                    sample -> {
                      messages.add(new AgentMessage.OfProcess(sample));
                      remember(process.pid(), sample);
                    });
          }
          case ProcessOwner.Nobody _ -> {
            unattributed++;
            onDevice.add(new GpuProcess(process.pid(), size(process.usedBytes()), null, null));
          }
        }
      }
      sample(device, onDevice, now).ifPresent(sample -> publish(sample, now, messages));
    }
    end(seen, now, messages);
    removeGone(now, messages);
    return new Result(messages, byRule, unattributed, denied);
  }

  int knownDevices() {
    return devices.size();
  }

  int knownProcesses() {
    return processes.size();
  }

  private void remember(long pid, MemorySample sample) {
    List<MemorySample> samples = running.computeIfAbsent(pid, _ -> new ArrayList<>(1));
    samples.removeIf(old -> old.gpu().equals(sample.gpu()) || old.time().isBefore(sample.time()));
    samples.add(sample);
  }

  /// Forgets processes that use no device any more. One of a job whose device is merely hidden for
  /// a moment lives on, and is only said to have ended when the kernel does not know it.
  private void end(Set<Long> seen, Instant now, List<AgentMessage> messages) {
    Iterator<Map.Entry<Long, Known>> each = processes.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Long, Known> process = each.next();
      long pid = process.getKey();
      if (seen.contains(pid)) {
        continue;
      }
      List<MemorySample> last = running.getOrDefault(pid, List.of());
      if (!last.isEmpty()
          && attribution
              .startTime(pid)
              .filter(process.getValue().startTime()::equals)
              .isPresent()) {
        continue;
      }
      sayEnded(pid, now, messages);
      each.remove();
    }
  }

  private void sayEnded(long pid, Instant now, List<AgentMessage> messages) {
    List<MemorySample> last = running.remove(pid);
    if (last != null) {
      last.forEach(sample -> messages.add(new AgentMessage.OfProcess(ended(sample, now))));
    }
  }

  private static MemorySample ended(MemorySample last, Instant now) {
    return MemorySample.builder(last.job(), last.gpu(), now)
        .run(last.run())
        .rank(last.rank())
        .host(last.host())
        .pid(last.pid())
        .ownership(last.ownership())
        .source(last.source())
        .phase(JobPhase.ENDED)
        .processUsed(last.sizes().deviceTotal() == null ? MemorySize.ZERO : null)
        .deviceUsed(last.sizes().deviceUsed())
        .deviceTotal(last.sizes().deviceTotal())
        .build();
  }

  private JobAttribution.Attributed ask(
      long pid, String gpu, Instant now, List<AgentMessage> messages) {
    Known known = processes.get(pid);
    Optional<String> startTime = attribution.startTime(pid);
    if (known != null && startTime.isEmpty()) {
      // It ended since the driver listed it: what it holds is still its owner's.
      return known.attributed();
    }
    boolean another = known != null && !startTime.equals(Optional.of(known.startTime()));
    if (another) {
      sayEnded(pid, now, messages);
    } else if (known != null
        && (known.attributed().owner() instanceof ProcessOwner.Job
            || now.isBefore(known.asked().plus(ASK_AGAIN)))) {
      return known.attributed();
    }
    JobAttribution.Attributed attributed = attribution.ownerOf(pid, gpu);
    processes.put(pid, new Known(startTime.orElse(""), attributed, now));
    return attributed;
  }

  /// Empty where neither the process' nor the device's size is known.
  private Optional<MemorySample> sample(
      ProcessOwner.Job job,
      Ownership ownership,
      DeviceReading device,
      ProcessReading process,
      Instant now) {
    if (process.usedBytes() == null && device.totalBytes() == null) {
      return Optional.empty();
    }
    return Optional.of(
        MemorySample.builder(job.job(), device.gpu(), now)
            .run(job.run())
            .rank(job.rank())
            .host(host)
            .pid(process.pid())
            .ownership(ownership)
            .source(source)
            .processUsed(size(process.usedBytes()))
            .deviceUsed(size(device.usedBytes()))
            .deviceTotal(size(device.totalBytes()))
            .build());
  }

  /// Empty where nobody knows how much memory there is. An integrated GPU has that of the host.
  private Optional<DeviceSample> sample(
      DeviceReading device, List<GpuProcess> processes, Instant now) {
    if (device.totalBytes() != null && device.usedBytes() != null) {
      var own = new HostMemory(device.totalBytes(), device.usedBytes(), device.freeBytes());
      return Optional.of(sample(device, own, processes, now));
    }
    return IntegratedGpus.isOne(device.model())
        ? attribution.hostMemory().map(shared -> sample(device, shared, processes, now))
        : Optional.empty();
  }

  private DeviceSample sample(
      DeviceReading device, HostMemory memory, List<GpuProcess> processes, Instant now) {
    return new DeviceSample(
        device.gpu(),
        host,
        now,
        new MemorySize(memory.total()),
        new MemorySize(memory.used()),
        device.index(),
        device.model(),
        device.driver(),
        device.migProfile(),
        size(device.driverReservedBytes()),
        size(memory.free()),
        processes.size() > DeviceSample.MAX_PROCESSES
            ? processes.subList(0, DeviceSample.MAX_PROCESSES)
            : processes);
  }

  private void publish(DeviceSample sample, Instant now, List<AgentMessage> messages) {
    Published last = devices.get(sample.gpu());
    if (last == null
        || !now.isBefore(last.sample().time().plus(REPEAT))
        || !sample.equals(at(last.sample(), sample.time()))) {
      messages.add(new AgentMessage.OfDevice(sample));
      devices.put(sample.gpu(), new Published(sample, now));
    } else {
      devices.put(sample.gpu(), new Published(last.sample(), now));
    }
  }

  private void removeGone(Instant now, List<AgentMessage> messages) {
    Iterator<Map.Entry<String, Published>> each = devices.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, Published> device = each.next();
      if (!now.isBefore(device.getValue().seen().plus(GONE_AFTER))) {
        messages.add(new AgentMessage.DeviceGone(new DeviceRemoved(device.getKey())));
        each.remove();
      }
    }
  }

  private static DeviceSample at(DeviceSample sample, Instant time) {
    return new DeviceSample(
        sample.gpu(),
        sample.host(),
        time,
        sample.total(),
        sample.used(),
        sample.index(),
        sample.model(),
        sample.driver(),
        sample.migProfile(),
        sample.driverReserved(),
        sample.free(),
        sample.processes());
  }

  private static @Nullable MemorySize size(@Nullable Long bytes) {
    return bytes == null ? null : new MemorySize(bytes);
  }
}
