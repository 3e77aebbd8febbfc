package dev.headroom.budget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// PyTorch itself as a second witness, beside the references of one version: random networks, whose
/// parameters, buffers, gradients and saved bytes its own hooks count, against ours, to the byte.
///
/// It runs on the CPU, in whatever version is installed: the config names that version, whose saved
/// tensors the rules select. What is saved is decided by the formulas of derivatives, which are the
/// same for both devices, except where another operator runs:
///
/// - Dropout out of place is one operator on CUDA and a product with noise on the CPU: the network
///   calls the operator of CUDA.
/// - Batch norm is cuDNN's on CUDA, which saves a reserve of zero bytes besides.
/// - A number in a sum or product is saved as a tensor on the host: not counted.
/// - Recurrent layers and the attention operators differ in all that they save, and are left out;
///   attention is made of its products and softmax.
///
/// What is alive when, the allocator and library workspaces are not seen here.
class TorchWitnessTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NETWORKS = 100;
  private static final List<String> FIGURES =
      List.of("parameters", "parameter_bytes", "buffer_bytes", "gradient_bytes", "saved_bytes");

  private final Predictor predictor = new Predictor(new KnownOverheads());

  @Test
  void pyTorchCountsTheSameBytes() throws Exception {
    // Given
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    Optional<String> python = pythonWithTorch();
    assumeTrue(
        python.isPresent() || "true".equals(System.getenv("CI")),
        "no python3 with torch (Debian: apt-get install python3-torch)");
    List<ObjectNode> configs =
        LongStream.range(seed, seed + NETWORKS).mapToObj(TorchNetworks::config).toList();

    // When
    var answers = new ArrayList<String>();
    String version = ask(python.orElseThrow(), configs, answers);
    System.out.printf(
        "torch %s, seed %d (-Dheadroom.seed), %d networks%n", version, seed, NETWORKS);

    // Then
    var differences = new ArrayList<String>();
    for (int i = 0; i < NETWORKS; i++) {
      configs.get(i).putObject("framework").put("name", "pytorch").put("version", version);
      difference(configs.get(i), JSON.readTree(answers.get(i)))
          .map(("network " + i + ": ")::concat)
          .ifPresent(differences::add);
    }
    assertThat(differences).isEmpty();
  }

  private Optional<String> difference(ObjectNode config, JsonNode theirs) {
    if (theirs.has("error")) {
      return Optional.of(theirs.path("error").asText() + config);
    }
    Prediction prediction =
        predictor.predict(LayerConfigDecoder.read(config.toString().getBytes(UTF_8)));
    if (!(prediction instanceof Budget budget)) {
      return Optional.of(prediction.reasons() + " " + config);
    }
    List<Long> ours =
        List.of(
            budget.parameters(),
            budget.parameterBytes().bytes(),
            budget.bufferBytes().bytes(),
            budget.gradientBytes().bytes(),
            budget.saved().bytes());
    List<Long> torch = FIGURES.stream().map(figure -> theirs.path(figure).asLong(-1)).toList();
    return ours.equals(torch)
        ? Optional.empty()
        : Optional.of(
            "%s are %s by our rules, %s in PyTorch, of %s".formatted(FIGURES, ours, torch, config));
  }

  /// @return the version that answers
  private static String ask(String python, List<ObjectNode> configs, List<String> answers)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(python, "src/test/python/witness.py")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader from = process.inputReader(UTF_8)) {
      Thread.ofVirtual().start(() -> write(process, configs));
      String version = from.readLine();
      from.lines().forEach(answers::add);
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(answers).hasSameSizeAs(configs);
      return version;
    } finally {
      process.destroyForcibly();
    }
  }

  private static void write(Process process, List<ObjectNode> configs) {
    try (Writer to = process.outputWriter(UTF_8)) {
      for (ObjectNode config : configs) {
        to.write(config.toString());
        to.write('\n');
      }
    } catch (IOException e) {
      // It ended early: then answers are missing, which fails the test.
      process.destroyForcibly();
    }
  }

  private static Optional<String> pythonWithTorch() throws InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      if (hasTorch(python)) {
        return Optional.of(python);
      }
    }
    return Optional.empty();
  }

  private static boolean hasTorch(String python) throws InterruptedException {
    try {
      return new ProcessBuilder(python, "-c", "import torch")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
