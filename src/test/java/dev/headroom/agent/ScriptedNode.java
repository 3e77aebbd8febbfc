package dev.headroom.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A GPU node of a script: what the stand-in of NVML says of its devices and a tree like `/proc` of
/// its processes. Eight GPUs, two of them cut into slices; forty processes of six jobs, each job
/// known by another rule, and three of nobody.
final class ScriptedNode {

  /// What `--job-pattern` has to be.
  static final String JOB_PATTERN = "--job-name=(?<job>[A-Za-z0-9-]+)";

  static final List<String> JOBS =
      List.of(
          "resnet50-7f3a",
          "slurm-4711",
          "slurm-815",
          "research:bert-0",
          "pod-0d3c1f6a-8e1b-4c53-9d07-5b6f2f8d2a10",
          "gpt-nano");

  private static final long TOTAL = 85_899_345_920L;
  private static final List<String> DEVICES =
      List.of(
          "GPU-0", "GPU-1", "GPU-2", "GPU-3", "GPU-4", "GPU-5", "MIG-6a", "MIG-6b", "MIG-6c",
          "MIG-7a", "MIG-7b");
  private static final List<Integer> NOBODYS = List.of(13, 26, 39);

  private final StandIn nvml;
  private final Path proc;
  private final List<Worker> processes = new ArrayList<>();

  /// One process on one device.
  ///
  /// @param job -1 for nobody's, else the place of its name
  record Worker(int pid, String device, int job, int rank, long bytes) {}

  ScriptedNode(StandIn nvml, Path proc) throws IOException {
    this.nvml = nvml;
    this.proc = proc;
    int[] ranks = new int[JOBS.size()];
    for (int i = 0; i < 40; i++) {
      int job = NOBODYS.contains(i) ? -1 : i % JOBS.size();
      // Odd figures: a rounding anywhere would show.
      long bytes = 1_000_000_007L + i * 37_000_003L;
      processes.add(
          new Worker(
              30_000 + i, DEVICES.get(i % DEVICES.size()), job, job < 0 ? 0 : ranks[job]++, bytes));
    }
    for (Worker process : processes) {
      write(process);
    }
    nvml.script(script());
  }

  /// Kills the process of that job that holds most.
  void killFullestOf(String job) throws IOException {
    kill(
        processes.stream()
            .filter(process -> process.job() == JOBS.indexOf(job))
            .max(Comparator.comparing(Worker::bytes))
            .orElseThrow());
  }

  void killAllOf(String job) throws IOException {
    for (Worker process : List.copyOf(processes)) {
      if (process.job() == JOBS.indexOf(job)) {
        kill(process);
      }
    }
  }

  /// What the fullest process of each job holds.
  Map<String, Long> fullest() {
    Map<String, Long> fullest = new TreeMap<>();
    for (Worker process : processes) {
      if (process.job() >= 0) {
        fullest.merge(JOBS.get(process.job()), process.bytes(), Math::max);
      }
    }
    return fullest;
  }

  /// What each GPU or slice holds: its processes' and a little that nobody is charged for.
  Map<String, Long> used() {
    Map<String, Long> used = new TreeMap<>();
    DEVICES.forEach(device -> used.put(device, 300_000_001L + DEVICES.indexOf(device)));
    processes.forEach(process -> used.merge(process.device(), process.bytes(), Long::sum));
    return used;
  }

  /// What each job holds on each GPU, as `gpu job`.
  Map<String, Long> byJob() {
    Map<String, Long> held = new TreeMap<>();
    for (Worker process : processes) {
      if (process.job() >= 0) {
        held.merge(process.device() + " " + JOBS.get(process.job()), process.bytes(), Long::sum);
      }
    }
    return held;
  }

  private void kill(Worker process) throws IOException {
    processes.remove(process);
    try (Stream<Path> files = Files.walk(proc.resolve(Integer.toString(process.pid())))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    nvml.script(script());
  }

  private String script() {
    var script = new StringBuilder("driver 580.95.05\n");
    for (int i = 0; i < 8; i++) {
      script.append(
          "gpu GPU-%d %d %d %d 643825664 NVIDIA A100-SXM4-80GB\n"
              .formatted(i, i, TOTAL, i < 6 ? used().get("GPU-" + i) : 0));
    }
    used()
        .forEach(
            (device, used) -> {
              if (device.startsWith("MIG-")) {
                script.append(
                    "mig %s GPU-%c %d %d %d 0 NVIDIA A100-SXM4-80GB MIG 2g.20gb\n"
                        .formatted(
                            device, device.charAt(4), device.charAt(5) - 'a', TOTAL / 4, used));
              }
            });
    processes.forEach(
        process ->
            script.append(
                "%s %s %d %d\n"
                    .formatted(
                        process.pid() % 5 == 0 ? "mps" : "compute",
                        process.device(),
                        process.pid(),
                        process.bytes())));
    return script.toString();
  }

  private void write(Worker process) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(Integer.toString(process.pid())));
    Files.writeString(
        folder.resolve("stat"),
        process.pid() + " (python) S" + " 0".repeat(18) + " " + process.pid() + " 0\n");
    Files.writeString(
        folder.resolve("environ"),
        switch (process.job()) {
          case 0 -> "HEADROOM_JOB=resnet50-7f3a\0HEADROOM_RUN=2\0RANK=" + process.rank() + "\0";
          case 1 ->
              "SLURM_JOB_ID=4711\0SLURM_JOB_USER=ada\0SLURM_JOB_ACCOUNT=vision\0SLURM_PROCID="
                  + process.rank()
                  + "\0";
          default -> "PATH=/bin\0";
        });
    Files.writeString(
        folder.resolve("cgroup"),
        switch (process.job()) {
          case 2 -> "0::/system.slice/slurmstepd.scope/job_815/step_0/user/task_0\n";
          case 3 -> "0::/kubepods/besteffort/pod11111111-8e1b-4c53-9d07-5b6f2f8d2a10/8f3b\n";
          case 4 -> "0::/kubepods/besteffort/pod0d3c1f6a-8e1b-4c53-9d07-5b6f2f8d2a10/8f3b\n";
          default -> "0::/user.slice\n";
        });
    Files.writeString(
        folder.resolve("cmdline"),
        process.job() == 5 ? "python\0train.py\0--job-name=gpt-nano\0" : "python\0train.py\0");
    if (process.job() == 3) {
      Path pod = Files.createDirectories(folder.resolve("root/etc/podinfo"));
      Files.writeString(pod.resolve("name"), "bert-0\n");
      Files.writeString(pod.resolve("namespace"), "research\n");
    }
  }
}
