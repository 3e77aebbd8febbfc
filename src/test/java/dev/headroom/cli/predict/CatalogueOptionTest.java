package dev.headroom.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class CatalogueOptionTest {

  @TempDir Path folder;

  @Command
  private static final class Asked {
    @Mixin private final CatalogueOption option = new CatalogueOption();
  }

  @Test
  void gpusAreHeadroomsOwnAndTheUsers() throws IOException {
    Path file = Files.writeString(folder.resolve("g.yaml"), "gpus: [{name: X, total_mib: 9}]");
    CatalogueOption own = option();
    assertThat(own.device("T4").name()).isEqualTo("T4");
    assertThat(own.catalogue()).isSameAs(own.catalogue());
    assertThat(own.catalogue().model("X")).isEmpty();
    CatalogueOption amended = option("--catalogue", file.toString());
    assertThat(amended.device("X").name()).isEqualTo("X");
    assertThat(amended.device("T4").name()).isEqualTo("T4");
  }

  @Test
  void whatIsWrongIsSaidWithTheOption() throws IOException {
    Path file = Files.writeString(folder.resolve("g.yaml"), "gpus: 5");
    assertThatThrownBy(() -> option("--catalogue", file.toString()).catalogue())
        .isInstanceOf(ParameterException.class)
        .hasMessage("--catalogue " + file + ": gpus is no list: 5");
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> option("--catalogue", none.toString()).catalogue())
        .hasMessageStartingWith("--catalogue " + none + ": ");
    assertThatThrownBy(() -> option().device("nothing"))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("--gpu is neither known nor a size such as 24GiB: nothing (known: ")
        .hasMessageContaining("T4");
  }

  private static CatalogueOption option(String... arguments) {
    var asked = new Asked();
    new CommandLine(asked).parseArgs(arguments);
    return asked.option;
  }
}
