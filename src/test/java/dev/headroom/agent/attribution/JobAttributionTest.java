package dev.headroom.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.headroom.sample.Ownership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules against `/proc` trees made of files, and against this process in the real one.
class JobAttributionTest {
  private static final long PID = 4711;
  private static final String POD_UID = "0d3c1f6a-8e1b-4c53-9d07-5b6f2f8d2a10";
  private static final String POD_CGROUP =
      "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod"
          + POD_UID.replace('-', '_')
          + ".slice/cri-containerd-8f3b.scope\n";

  @TempDir Path proc;

  @Test
  void theEnvironmentNamesJobRunAndRank() throws IOException {
    // Given
    process("environ", "PATH=/bin\0HEADROOM_JOB=resnet50-7f3a\0HEADROOM_RUN=2\0RANK=5\0");
    process("cgroup", POD_CGROUP);

    // Then
    assertThat(owner())
        .isEqualTo(new ProcessOwner.Job("resnet50-7f3a", "2", 5, ProcessOwner.Rule.ENVIRONMENT));
  }

  /// Lightning#7073, #13639: two nodes with two processes each, and nothing says how many a node
  /// has.
  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "1, 0", "1, 1"})
  void aLocalRankOfOneOfSeveralNodesIsNoRank(int node, int local) throws IOException {
    // Given
    process(
        "environ",
        "HEADROOM_JOB=lightning-job\0NODE_RANK=%d\0WORLD_SIZE=4\0LOCAL_RANK=%d\0"
            .formatted(node, local));

    // Then
    assertThat(owner())
        .isEqualTo(
            new ProcessOwner.Job("lightning-job", null, null, ProcessOwner.Rule.ENVIRONMENT));
  }

  @Test
  void aNameThatTheContractDoesNotAllowIsNoName() throws IOException {
    // Given
    process("environ", "HEADROOM_JOB=two words\0SLURM_JOB_ID=77\0");

    // Then
    assertThat(owner())
        .isEqualTo(new ProcessOwner.Job("slurm-77", null, null, ProcessOwner.Rule.SLURM));
  }

  @ParameterizedTest
  @CsvSource({
    "0::/system.slice/slurmstepd.scope/job_123/step_0/user/task_0, slurm-123",
    "4:memory:/slurm/uid_1000/job_45/step_batch, slurm-45",
    "4:memory:/slurm/uid_1000/job_45, slurm-45",
  })
  void slurmIsFoundInTheCgroupOfEitherVersion(String cgroup, String job) throws IOException {
    // Given
    process("environ", "PATH=/bin\0");
    process("cgroup", "12:pids:/\n" + cgroup + "\n");

    // Then
    assertThat(owner()).isEqualTo(new ProcessOwner.Job(job, null, null, ProcessOwner.Rule.SLURM));
  }

  @ParameterizedTest
  @CsvSource({
    "0::/kubepods.slice/kubepods-pod0d3c1f6a_8e1b_4c53_9d07_5b6f2f8d2a10.slice/crio-8f.scope",
    "5:memory:/kubepods/besteffort/pod0d3c1f6a-8e1b-4c53-9d07-5b6f2f8d2a10/8f3b",
    "0::/../../kubelet-kubepods-burstable-pod0d3c1f6a_8e1b_4c53_9d07_5b6f2f8d2a10.slice/8f",
  })
  void aPodIsFoundInTheCgroupOfEitherDriver(String cgroup) throws IOException {
    // Given
    process("cgroup", cgroup + "\n");

    // Then
    assertThat(owner())
        .isEqualTo(
            new ProcessOwner.Job("pod-" + POD_UID, null, null, ProcessOwner.Rule.KUBERNETES));
  }

  @Test
  void thePodsNameComesFromWhoGaveItTheDevice() throws IOException {
    // Given
    process("cgroup", POD_CGROUP);
    PodNames pods = holding("GPU-0", "train-0");

    // Then
    assertThat(new JobAttribution(proc, pods, null).ownerOf(PID, "GPU-0").owner())
        .isEqualTo(
            new ProcessOwner.Job("team-a:train-0", null, null, ProcessOwner.Rule.KUBERNETES));
    assertThat(new JobAttribution(proc, pods, null).ownerOf(PID, "GPU-1").owner())
        .isEqualTo(
            new ProcessOwner.Job("pod-" + POD_UID, null, null, ProcessOwner.Rule.KUBERNETES));
  }

  /// A pod that watches GPUs uses them without holding one; a shared one has several holders.
  @ParameterizedTest
  @CsvSource({
    "train-0, train-0, team-a:train-0",
    "train-0, train-0;train-1, team-a:train-0",
    "train-0, train-1, ",
    "train-0, train-0-x7f2q, team-a:train-0-x7f2q",
    "train-0, train-0-x7f2q;train-0-k3m9z, ",
    "train, training-0, ",
    "dcgm-exporter-abcde, train-0, ",
    ", train-0, team-a:train-0",
    ", train-0;train-1, ",
    ", , ",
  })
  void aHolderIsBelievedWhereTheProcessHasItsHostName(String hostName, String holders, String job)
      throws IOException {
    // Given
    process("environ", hostName == null ? "PATH=/bin\0" : "HOSTNAME=" + hostName + "\0");
    process("cgroup", POD_CGROUP);
    PodNames pods = holding("GPU-0", holders == null ? new String[0] : holders.split(";", -1));

    // Then
    assertThat(new JobAttribution(proc, pods, null).ownerOf(PID, "GPU-0").owner())
        .isEqualTo(
            new ProcessOwner.Job(
                job == null ? "pod-" + POD_UID : job, null, null, ProcessOwner.Rule.KUBERNETES));
  }

  @Test
  void aKubeletThatDoesNotAnswerIsPassedOverAndSaid() throws IOException {
    // Given
    process("cgroup", POD_CGROUP);
    JobAttribution attribution =
        new JobAttribution(
            proc,
            new PodNames() {
              @Override
              public List<Pod> holding(String gpu) {
                return List.of();
              }

              @Override
              public Optional<String> problem() {
                return Optional.of("kubelet.sock: Permission denied");
              }
            },
            null);

    // Then
    assertThat(attribution.ownerOf(PID, "GPU-0"))
        .isEqualTo(
            new JobAttribution.Attributed(
                new ProcessOwner.Job("pod-" + POD_UID, null, null, ProcessOwner.Rule.KUBERNETES),
                Ownership.UNKNOWN,
                Set.of(JobAttribution.Denied.POD_RESOURCES)));
    assertThat(attribution.sentence(JobAttribution.Denied.POD_RESOURCES))
        .contains("(kubelet.sock: Permission denied)");
  }

  private static PodNames holding(String device, String... pods) {
    return new PodNames() {
      @Override
      public List<Pod> holding(String gpu) {
        return gpu.equals(device)
            ? Stream.of(pods).map(pod -> new Pod("team-a", pod)).toList()
            : List.of();
      }

      @Override
      public Optional<String> problem() {
        return Optional.empty();
      }
    };
  }

  @Test
  void thePodsOwnDownwardFileComesBeforeTheDevice() throws IOException {
    // Given
    process("cgroup", POD_CGROUP);
    process("root/etc/podinfo/name", "train-1\n");
    process("root/etc/podinfo/namespace", "team-b\n");
    PodNames pods = holding("GPU-0", "train-0");

    // Then
    assertThat(new JobAttribution(proc, pods, null).ownerOf(PID, "GPU-0").owner())
        .isEqualTo(
            new ProcessOwner.Job("team-b:train-1", null, null, ProcessOwner.Rule.KUBERNETES));
  }

  /// Variable, downward file, service account, holder of the device; only inside a pod.
  @ParameterizedTest
  @CsvSource({
    "HEADROOM_NAMESPACE=said, down, account, pod, said",
    "OTHER=1, down, account, pod, down",
    "OTHER=1, two words, account, pod, account",
    "OTHER=1, , account, pod, account",
    "OTHER=1, , , pod, team-a",
    "OTHER=1, down, account, none, ''",
  })
  void theNamespaceIsThatOfTheNearestSource(
      String variable, String downward, String account, String where, String namespace)
      throws IOException {
    // Given
    process("environ", "HEADROOM_JOB=a\0" + variable + "\0");
    process("cgroup", where.equals("pod") ? POD_CGROUP : "0::/user.slice\n");
    if (downward != null) {
      process("root/etc/podinfo/namespace", downward + "\n");
    }
    if (account != null) {
      process("root/run/secrets/kubernetes.io/serviceaccount/namespace", account);
    }
    PodNames pods = holding("GPU-0", "train-0");

    // Then
    assertThat(new JobAttribution(proc, pods, null).ownerOf(PID, "GPU-0").ownership())
        .isEqualTo(new Ownership("", "", namespace));
  }

  @Test
  void nobodysProcessIsNobodys() throws IOException {
    // Given
    process("environ", "HEADROOM_OWNER=alice\0");

    // Then
    assertThat(attribution().ownerOf(PID, "GPU-0").ownership()).isSameAs(Ownership.UNKNOWN);
  }

  @Test
  void aProcessOutsideAPodIsNotNamedAfterThePodThatHoldsTheDevice() throws IOException {
    // Given
    process("cgroup", "0::/user.slice/user-1000.slice\n");
    PodNames pods = holding("GPU-0", "train-0");

    // Then
    assertThat(new JobAttribution(proc, pods, null).ownerOf(PID, "GPU-0").owner())
        .isEqualTo(new ProcessOwner.Nobody());
  }

  @Test
  void theCommandLineIsAskedLast() throws IOException {
    // Given
    process("environ", "PATH=/bin\0RANK=1\0");
    process("cgroup", "0::/user.slice\n");
    process("cmdline", "python\0train.py\0--job-name\0bert-9\0");

    // Then
    JobAttribution attribution =
        new JobAttribution(
            proc, PodNames.none(), Pattern.compile("--job-name[= ](?<job>[A-Za-z0-9-]+)"));
    assertThat(attribution.ownerOf(PID, "GPU-0").owner())
        .isEqualTo(new ProcessOwner.Job("bert-9", null, 1, ProcessOwner.Rule.COMMAND_LINE));
  }

  @Test
  void aPatternWithoutAGroupForTheJobIsRefused() {
    assertThatThrownBy(
            () -> new JobAttribution(proc, PodNames.none(), Pattern.compile("--job (.*)")))
        .hasMessage("no group (?<job>…) in --job (.*)");
  }

  @Test
  void aProcessThatIsGoneBelongsToNobody() {
    assertThat(attribution().ownerOf(1, "GPU-0"))
        .isEqualTo(
            new JobAttribution.Attributed(new ProcessOwner.Nobody(), Ownership.UNKNOWN, Set.of()));
    assertThat(attribution().startTime(1)).isEmpty();
  }

  @Test
  void anEnvironmentThatMayNotBeReadFallsThroughToTheCgroupAndSaysSo() throws IOException {
    // Given
    assumeFalse("root".equals(System.getProperty("user.name")), "root may read everything");
    process("environ", "HEADROOM_JOB=a\0");
    process("cgroup", POD_CGROUP);
    Files.setPosixFilePermissions(
        proc.resolve(PID + "/environ"), PosixFilePermissions.fromString("---------"));

    // Then
    assertThat(attribution().ownerOf(PID, "GPU-0"))
        .isEqualTo(
            new JobAttribution.Attributed(
                new ProcessOwner.Job("pod-" + POD_UID, null, null, ProcessOwner.Rule.KUBERNETES),
                Ownership.UNKNOWN,
                Set.of(JobAttribution.Denied.ENVIRONMENT)));
  }

  @Test
  void theStartTimeIsReadBehindAHostileProgramName() throws IOException {
    // Given
    process(
        "stat",
        "4711 (a) b (c)) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3 4\n");

    // Then
    assertThat(attribution().startTime(PID)).contains("987654");
  }

  @Test
  void thisProcessIsReadInTheRealTree() {
    // Given
    JobAttribution attribution = new JobAttribution(Path.of("/proc"), PodNames.none(), null);
    long self = ProcessHandle.current().pid();

    // Then
    assertThat(attribution.startTime(self)).get().asString().matches("\\d+");
    assertThat(attribution.ownerOf(self, "GPU-0").denied()).isEmpty();
  }

  private JobAttribution attribution() {
    return new JobAttribution(proc, PodNames.none(), null);
  }

  private ProcessOwner owner() {
    return attribution().ownerOf(PID, "GPU-0").owner();
  }

  private void process(String file, String content) throws IOException {
    Path path = proc.resolve(Long.toString(PID)).resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
