package dev.headroom.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.gpu.GpuCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownGpusTest {

  @TempDir private Path folder;

  @Test
  void areHeadroomsOwnAndTheUsers() throws IOException {
    Path file = Files.writeString(folder.resolve("gpus.yaml"), "gpus: [{name: X, total_mib: 9}]");
    assertThat(known(Optional.empty()).model("T4")).isPresent();
    assertThat(known(Optional.empty()).model("X")).isEmpty();
    assertThat(known(Optional.of(file)).model("T4")).isPresent();
    assertThat(known(Optional.of(file)).model("X")).isPresent();
  }

  @Test
  void aFileThatIsWrongIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("gpus.yaml"), "gpus: 5");
    assertThatThrownBy(() -> known(Optional.of(file)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("headroom.catalogue.file " + file + ": gpus is no list: 5");
    assertThatThrownBy(() -> known(Optional.of(folder.resolve("none"))))
        .hasMessageStartingWith("headroom.catalogue.file " + folder.resolve("none"));
  }

  private static GpuCatalogue known(Optional<Path> file) {
    return new KnownGpus().catalogue(() -> file);
  }
}
