package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.agent.StandIn;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `deploy/gpu-check/gpu-check` with what `pack` made of the build, on stand-ins of the driver.
class GpuCheckIT {

  private static final long TOTAL = 85_520_809_984L;
  private static final long USED = 1_048_576L;
  private static final long RESERVED = 657_457_152L;

  @TempDir static Path folder;

  @BeforeAll
  static void pack() throws IOException, InterruptedException {
    Path nvml = StandIn.in(folder.resolve("nvml"), StandIn.Library.NVML).folder();
    Path cuda = StandIn.in(folder.resolve("cuda"), StandIn.Library.CUDA).folder();
    Files.writeString(
        nvml.resolve("script"),
        """
        driver 580.159.04
        gpu GPU-10101010-1010-1010-1010-101010101010 0 %d %d %d Stand-in H100
        """
            .formatted(TOTAL, USED, RESERVED));
    long ofCuda = TOTAL - RESERVED;
    Files.writeString(cuda.resolve("script"), "%d %d\n".formatted(ofCuda, ofCuda - USED));
    Ran packed = run(Map.of(), "deploy/gpu-check/pack");
    assertThat(packed.status()).as(packed.output()).isZero();
  }

  @Test
  void agreesWithADriverThatTellsTheTruth() throws IOException, InterruptedException {
    Path results = folder.resolve("true");

    Ran ran = run(Map.of(), check(results, "card,agent,cuda,job"));

    assertThat(ran.status()).as(ran.output()).isZero();
    assertThat(Files.readAllLines(results.resolve("findings.csv")))
        .contains("agent,a CUDA context holds,524288000,,bytes,,")
        .contains("agent,the driver's reserve,657457152,,bytes,,")
        .anyMatch(
            row -> row.matches("agent,\"held beside the context, 3072 MiB held\",3221225472,.*"))
        .anyMatch(row -> row.startsWith("cuda,\"the same GPU, nvidia-smi\",1,1,,agrees"))
        .anyMatch(row -> row.matches("job,\"process, while training, nvidia-smi\",.*agrees.*"))
        .anyMatch(row -> row.matches("job,\"reserved at its highest, PyTorch\",.*agrees.*"))
        .noneMatch(row -> row.contains("DIFFERS"));
    assertThat(results.resolve("gpu-check.tar.gz")).exists();
  }

  @Test
  void namesWhatDiffersAndGoesOn() throws IOException, InterruptedException {
    Path results = folder.resolve("wrong");

    Ran ran = run(Map.of("STAND_IN_WRONG_MIB", "5"), check(results, "operators,agent,cuda"));

    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.output()).contains("agent      DIFFERS (").doesNotContain("operators  DIFFERS");
    assertThat(Files.readAllLines(results.resolve("findings.csv")))
        .anyMatch(row -> row.matches("agent,\"process, 256 MiB held, nvidia-smi\",.*DIFFERS.*"))
        .anyMatch(row -> row.startsWith("cuda,"));
  }

  private static String[] check(Path results, String steps) {
    return new String[] {
      "deploy/gpu-check/gpu-check", "--results", results.toString(), "--only", steps
    };
  }

  private record Ran(int status, String output) {}

  private static Ran run(Map<String, String> more, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "ran", ".log");
    Path stands = Path.of("src/test/native").toAbsolutePath();
    var builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.put("HEADROOM_HOME", Path.of("target").toAbsolutePath().toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", stands + File.pathSeparator + environment.get("PATH"));
    environment.put(
        "LD_LIBRARY_PATH",
        String.join(
            File.pathSeparator,
            List.of(folder.resolve("nvml").toString(), folder.resolve("cuda").toString())));
    environment.put("STAND_IN_SCRIPT", folder.resolve("nvml/script").toString());
    environment.put("GPU_CHECK_JOB", stands.resolve("job_stand_in.py").toString());
    environment.put("GPU_CHECK_HOLD", stands.resolve("hold_stand_in.py").toString());
    environment.putAll(more);
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return new Ran(process.waitFor(), Files.readString(output));
  }
}
