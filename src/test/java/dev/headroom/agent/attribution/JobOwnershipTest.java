package dev.headroom.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.sample.Ownership;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The order of the sources is that of the Python reporter's settings.
class JobOwnershipTest {

  @ParameterizedTest
  @CsvSource({
    "HEADROOM_OWNER=alice;SLURM_JOB_USER=bob, alice, '', pod",
    "HEADROOM_OWNER=;SLURM_JOB_USER=bob, bob, '', pod",
    "HEADROOM_TEAM=vision;SLURM_JOB_ACCOUNT=acc1, '', vision, pod",
    "SLURM_JOB_ACCOUNT=acc1;SLURM_JOB_USER=bob, bob, acc1, pod",
    "HEADROOM_NAMESPACE=a;POD_NAMESPACE=b, '', '', a",
    "POD_NAMESPACE=b, '', '', b",
    "OTHER=1, '', '', pod",
    "HEADROOM_OWNER=Ada Lovelace, Ada-Lovelace, '', pod",
  })
  void theReportersVariablesComeFirst(
      String variables, String owner, String team, String namespace) {
    Map<String, String> environment =
        Arrays.stream(variables.split(";", -1))
            .map(variable -> variable.split("=", 2))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    assertThat(JobOwnership.of(environment, () -> Optional.of("pod")))
        .isEqualTo(new Ownership(owner, team, namespace));
  }

  @Test
  void sixtyFourCharactersAreKept() {
    Ownership ownership =
        JobOwnership.of(
            Map.of("HEADROOM_TEAM", "t".repeat(1000)), () -> Optional.of("n".repeat(100)));
    assertThat(ownership).isEqualTo(new Ownership("", "t".repeat(64), "n".repeat(64)));
  }

  @Test
  void withoutAnySourceItIsUnknown() {
    assertThat(JobOwnership.of(Map.of(), Optional::empty)).isSameAs(Ownership.UNKNOWN);
  }
}
