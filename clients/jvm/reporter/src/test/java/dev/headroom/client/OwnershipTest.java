package dev.headroom.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
  @Test
  void whatIsSaidCountsBeforeWhatIsFound(@TempDir Path folder) throws IOException {
    Path pod = Files.writeString(folder.resolve("namespace"), "train\n");
    Map<String, String> environment =
        Map.of("HEADROOM_TEAM", "vision", "SLURM_JOB_ACCOUNT", "a17", "SLURM_JOB_USER", "alice");
    assertThat(Ownership.of(environment, pod))
        .isEqualTo(Map.of("owner", "alice", "team", "vision", "namespace", "train"));
  }

  @Test
  void namesAreMadeToFitAndNothingIsInvented(@TempDir Path folder) {
    Map<String, String> environment =
        Map.of("HEADROOM_OWNER", "Al\u00efce B", "HEADROOM_TEAM", "t".repeat(65));
    assertThat(Ownership.of(environment, folder.resolve("none")))
        .isEqualTo(Map.of("owner", "Al-ce-B", "team", "t".repeat(64)));
  }
}
