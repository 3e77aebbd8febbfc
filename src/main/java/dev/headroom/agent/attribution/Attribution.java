package dev.headroom.agent.attribution;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks the rules in their order: environment, Slurm, Kubernetes, command line.
///
/// A job's name that the contract does not allow (1 to 128 of `A-Za-z0-9._:-`) is no name: the next
/// rule is asked.
public final class Attribution {
  private static final Pattern JOB_NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final Pattern SLURM_CGROUP = Pattern.compile("/job_(\\d+)(?:/|$)");
  private static final Pattern POD_CGROUP =
      Pattern.compile(
          "kubepods.*pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}"
              + "|[0-9a-f]{32})");
  private static final Pattern NUL = Pattern.compile("\0");
  private static final int MOST_RANK = 1_000_000;

  private final ProcTree processes;
  private final PodNames pods;
  private final @Nullable Pattern commandLine;

  /// Rules over that tree.
  ///
  /// @param proc where the host's `/proc` is
  /// @param commandLine a pattern with a group named `job`, or null
  public Attribution(Path proc, PodNames pods, @Nullable Pattern commandLine) {
    if (commandLine != null && !commandLine.namedGroups().containsKey("job")) {
      throw new IllegalArgumentException("no group (?<job>…) in " + commandLine);
    }
    this.processes = new ProcTree(proc);
    this.pods = pods;
    this.commandLine = commandLine;
  }

  /// Whose a process is.
  ///
  /// @param environmentDenied its environment may not be read by this user
  public record Answer(Owner owner, boolean environmentDenied) {}

  /// What names the process for good, beside its pid; empty where it is gone.
  public Optional<String> startTime(long pid) {
    return processes.startTime(pid);
  }

  /// Whose process that is.
  ///
  /// @param gpu the device that it was seen on
  public Answer ownerOf(long pid, String gpu) {
    ProcTree.Content content = processes.environment(pid);
    Map<String, String> environment =
        content instanceof ProcTree.Content.Text(String text) ? variables(text) : Map.of();
    List<String> cgroups = processes.cgroups(pid);
    Owner owner =
        byEnvironment(environment)
            .or(() -> bySlurm(environment, cgroups))
            .or(() -> byPod(environment, cgroups, pid, gpu))
            .or(() -> byCommandLine(environment, pid))
            .orElseGet(Owner.Nobody::new);
    return new Answer(owner, content instanceof ProcTree.Content.Denied);
  }

  private static Optional<Owner> byEnvironment(Map<String, String> environment) {
    return name(environment.get("HEADROOM_JOB"))
        .map(
            job ->
                new Owner.Job(
                    job,
                    name(environment.get("HEADROOM_RUN")).orElse(null),
                    rank(environment),
                    Owner.Rule.ENVIRONMENT));
  }

  private static Optional<Owner> bySlurm(Map<String, String> environment, List<String> cgroups) {
    return Optional.ofNullable(environment.get("SLURM_JOB_ID"))
        .or(() -> first(cgroups, SLURM_CGROUP))
        .flatMap(id -> name("slurm-" + id))
        .map(job -> new Owner.Job(job, null, rank(environment), Owner.Rule.SLURM));
  }

  private Optional<Owner> byPod(
      Map<String, String> environment, List<String> cgroups, long pid, String gpu) {
    return first(cgroups, POD_CGROUP)
        .flatMap(
            uid ->
                podName(pid, gpu)
                    .flatMap(pod -> name(pod.namespace() + ":" + pod.name()))
                    .or(() -> name("pod-" + uid.replace('_', '-'))))
        .map(job -> new Owner.Job(job, null, rank(environment), Owner.Rule.KUBERNETES));
  }

  /// Its own word in a downward file comes first: a device may be shared by several pods.
  private Optional<PodNames.Pod> podName(long pid, String gpu) {
    Optional<String> name = processes.inItsRoot(pid, "etc/podinfo/name");
    Optional<String> namespace = processes.inItsRoot(pid, "etc/podinfo/namespace");
    return name.isPresent() && namespace.isPresent()
        ? Optional.of(new PodNames.Pod(namespace.get(), name.get()))
        : pods.holding(gpu);
  }

  private Optional<Owner> byCommandLine(Map<String, String> environment, long pid) {
    return commandLine == null
        ? Optional.empty()
        : processes
            .commandLine(pid)
            .map(commandLine::matcher)
            .filter(Matcher::find)
            .flatMap(found -> name(found.group("job")))
            .map(job -> new Owner.Job(job, null, rank(environment), Owner.Rule.COMMAND_LINE));
  }

  /// The rank among all processes of the job; a local rank only where nothing says more.
  private static @Nullable Integer rank(Map<String, String> environment) {
    for (String variable : List.of("RANK", "SLURM_PROCID", "LOCAL_RANK")) {
      String value = environment.get(variable);
      if (value != null && value.matches("\\d{1,7}") && Integer.parseInt(value) <= MOST_RANK) {
        return Integer.valueOf(value);
      }
    }
    return null;
  }

  private static Optional<String> name(@Nullable String name) {
    return Optional.ofNullable(name).filter(JOB_NAME.asMatchPredicate());
  }

  private static Optional<String> first(List<String> lines, Pattern pattern) {
    return lines.stream()
        .map(pattern::matcher)
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .findFirst();
  }

  private static Map<String, String> variables(String text) {
    Map<String, String> variables = new HashMap<>();
    for (String variable : NUL.splitAsStream(text).toList()) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        variables.putIfAbsent(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return variables;
  }
}
