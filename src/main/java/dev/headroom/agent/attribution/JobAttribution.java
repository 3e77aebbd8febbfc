package dev.headroom.agent.attribution;

import dev.headroom.sample.NameRules;
import dev.headroom.sample.Ownership;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds the job of a process by four rules, in order: environment, Slurm, Kubernetes, command
/// line.
///
/// A job's name that the contract does not allow (1 to 128 of `A-Za-z0-9._:-`) is no name: the next
/// rule is asked.
public final class JobAttribution {
  private static final Pattern SLURM_CGROUP = Pattern.compile("/job_(\\d+)(?:/|$)");
  private static final Pattern POD_CGROUP =
      Pattern.compile(
          "kubepods.*pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}"
              + "|[0-9a-f]{32})");
  private static final Pattern NUL = Pattern.compile("\0");

  /// Not by `/var/run`: that is a link, which would lead into the agent's own root.
  private static final String SERVICE_ACCOUNT_NAMESPACE =
      "run/secrets/kubernetes.io/serviceaccount/namespace";

  private static final int MAX_HOST_NAME = 63;

  private final Path proc;
  private final ProcTree processes;
  private final PodNames pods;
  private final @Nullable Pattern commandLine;

  /// Rules over that tree.
  ///
  /// @param proc where the host's `/proc` is
  /// @param commandLine a pattern with a group named `job`, or null
  public JobAttribution(Path proc, PodNames pods, @Nullable Pattern commandLine) {
    if (commandLine != null && !commandLine.namedGroups().containsKey("job")) {
      throw new IllegalArgumentException("no group (?<job>…) in " + commandLine);
    }
    this.proc = proc;
    this.processes = new ProcTree(proc);
    this.pods = pods;
    this.commandLine = commandLine;
  }

  /// What would have been asked first and does not answer.
  public enum Denied {
    ENVIRONMENT,
    POD_RESOURCES
  }

  /// Whose a process is.
  ///
  /// @param ownership whose job that is, as far as its process and its pod say
  /// @param denied what was passed over on the way
  public record Attributed(ProcessOwner owner, Ownership ownership, Set<Denied> denied) {
    public Attributed {
      denied = Set.copyOf(denied);
    }
  }

  /// What is missing, what is done without it, and what to do about it.
  public String sentence(Denied denied) {
    return switch (denied) {
      case ENVIRONMENT ->
          "environments of other users' processes may not be read, so HEADROOM_JOB is not seen"
              + " there: give the agent CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH; cgroups are used"
              + " instead";
      case POD_RESOURCES ->
          "the kubelet does not tell which pod holds a GPU ("
              + pods.problem().orElse("it answers again")
              + "): run the agent as root with its pod-resources folder mounted; pods are named by"
              + " their downward files or their UID instead";
    };
  }

  /// What names the process for good, beside its pid; empty where it is gone.
  public Optional<String> startTime(long pid) {
    return processes.startTime(pid);
  }

  /// The memory of the host; empty where that cannot be read.
  public Optional<HostMemory> hostMemory() {
    return HostMemory.read(proc);
  }

  /// Whose process that is.
  ///
  /// @param gpu the device that it was seen on
  public Attributed ownerOf(long pid, String gpu) {
    ProcTree.Content content = processes.environment(pid);
    Map<String, String> environment =
        content instanceof ProcTree.Content.Text(String text) ? variables(text) : Map.of();
    List<String> cgroups = processes.cgroups(pid);
    Set<Denied> denied = EnumSet.noneOf(Denied.class);
    if (content instanceof ProcTree.Content.Denied) {
      denied.add(Denied.ENVIRONMENT);
    }
    ProcessOwner owner =
        byEnvironment(environment)
            .or(() -> bySlurm(environment, cgroups))
            .or(() -> byPod(environment, cgroups, pid, gpu, denied))
            .or(() -> byCommandLine(environment, pid))
            .orElseGet(ProcessOwner.Nobody::new);
    Ownership ownership =
        owner instanceof ProcessOwner.Job
            ? JobOwnership.of(environment, () -> namespace(environment, cgroups, pid, gpu, denied))
            : Ownership.UNKNOWN;
    return new Attributed(owner, ownership, denied);
  }

  private static Optional<ProcessOwner> byEnvironment(Map<String, String> environment) {
    return name(environment.get("HEADROOM_JOB"))
        .map(
            job ->
                new ProcessOwner.Job(
                    job,
                    name(environment.get("HEADROOM_RUN")).orElse(null),
                    RankVariables.rank(environment),
                    ProcessOwner.Rule.ENVIRONMENT));
  }

  private static Optional<ProcessOwner> bySlurm(
      Map<String, String> environment, List<String> cgroups) {
    return Optional.ofNullable(environment.get("SLURM_JOB_ID"))
        .or(() -> first(cgroups, SLURM_CGROUP))
        .flatMap(id -> name("slurm-" + id))
        .map(
            job ->
                new ProcessOwner.Job(
                    job, null, RankVariables.rank(environment), ProcessOwner.Rule.SLURM));
  }

  private Optional<ProcessOwner> byPod(
      Map<String, String> environment,
      List<String> cgroups,
      long pid,
      String gpu,
      Set<Denied> denied) {
    return first(cgroups, POD_CGROUP)
        .flatMap(
            uid ->
                downward(pid)
                    .or(() -> holder(gpu, environment.get("HOSTNAME"), denied))
                    .flatMap(pod -> name(pod.namespace() + ":" + pod.name()))
                    .or(() -> name("pod-" + uid.replace('_', '-'))))
        .map(
            job ->
                new ProcessOwner.Job(
                    job, null, RankVariables.rank(environment), ProcessOwner.Rule.KUBERNETES));
  }

  /// Of the pod that a process is in, by the process's own files before the kubelet's word.
  private Optional<String> namespace(
      Map<String, String> environment,
      List<String> cgroups,
      long pid,
      String gpu,
      Set<Denied> denied) {
    return first(cgroups, POD_CGROUP)
        .flatMap(
            _ ->
                nameIn(pid, "etc/podinfo/namespace")
                    .or(() -> nameIn(pid, SERVICE_ACCOUNT_NAMESPACE))
                    .or(
                        () ->
                            holder(gpu, environment.get("HOSTNAME"), denied)
                                .map(PodNames.Pod::namespace)));
  }

  private Optional<String> nameIn(long pid, String file) {
    return processes.inItsRoot(pid, file).flatMap(JobAttribution::name);
  }

  /// Its own word in a downward file comes first: a device may be used by several pods.
  private Optional<PodNames.Pod> downward(long pid) {
    return processes
        .inItsRoot(pid, "etc/podinfo/namespace")
        .flatMap(
            namespace ->
                processes
                    .inItsRoot(pid, "etc/podinfo/name")
                    .map(name -> new PodNames.Pod(namespace, name)));
  }

  /// The one pod that holds the device and whose host name the process has: a pod that watches GPUs
  /// uses them without holding any, and a shared one is held by several.
  private Optional<PodNames.Pod> holder(String gpu, @Nullable String hostName, Set<Denied> denied) {
    List<PodNames.Pod> holders =
        pods.holding(gpu).stream()
            .filter(pod -> hostName == null || isHostName(hostName, pod.name()))
            .toList();
    if (pods.problem().isPresent()) {
      denied.add(Denied.POD_RESOURCES);
    }
    return holders.size() == 1 ? Optional.of(holders.getFirst()) : Optional.empty();
  }

  /// A pod's host name is its name, cut to a label's 63 characters; an indexed job's pod is called
  /// by its host name and a random ending.
  private static boolean isHostName(String hostName, String pod) {
    return pod.equals(hostName)
        || pod.startsWith(hostName + "-")
        || (hostName.length() > MAX_HOST_NAME - 2 && pod.startsWith(hostName));
  }

  private Optional<ProcessOwner> byCommandLine(Map<String, String> environment, long pid) {
    return commandLine == null
        ? Optional.empty()
        : processes
            .commandLine(pid)
            .map(commandLine::matcher)
            .filter(Matcher::find)
            .flatMap(found -> name(found.group("job")))
            .map(
                job ->
                    new ProcessOwner.Job(
                        job,
                        null,
                        RankVariables.rank(environment),
                        ProcessOwner.Rule.COMMAND_LINE));
  }

  private static Optional<String> name(@Nullable String name) {
    return Optional.ofNullable(name).filter(NameRules::isName);
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
