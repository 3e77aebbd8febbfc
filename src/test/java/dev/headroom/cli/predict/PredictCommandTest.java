package dev.headroom.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.wire.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The command by itself: what it asks, prints and exits with. Its predictor is a line: a sample
/// takes 10 MiB, its optimizer's state nothing, half precision half of it.
class PredictCommandTest {

  private static final String JOB =
      """
      {"schema": "headroom/layer-config/1", "job": "%s", "model": "small", "batch_size": 4,
       "inputs": [{"name": "x", "shape": [8], "dtype": "float32"}],
       "layers": [{"name": "fc", "type": "linear", "inputs": ["x"],
                   "in_features": 8, "out_features": 2}]}
      """;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> gpus = new ArrayList<>();
  private String job = "";

  @BeforeEach
  void write() throws IOException {
    job = write("job.json", JOB.formatted("first"));
  }

  @Test
  void printsOneObjectALineForPrograms() throws IOException {
    // Given
    String second = write("second.json", JOB.formatted("second"));

    // When
    int exit = run("--json", job, second);

    // Then
    assertThat(exit).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines())
        .containsExactly(expected(job, "first"), expected(second, "second"));
  }

  @Test
  void leavesOutWhatInferenceDoesNotHave() {
    // When
    int exit = run("--json", "--mode", "inference", job);

    // Then
    assertThat(exit).isZero();
    assertThat(out.toString()).doesNotContain("after_forward_bytes").contains("\"saved_bytes\":3");
  }

  @Test
  void printsATableForPeople() {
    // When
    int exit = run("--gpu", "A100-40GB", job);

    // Then
    assertThat(exit).isZero();
    assertThat(gpus).containsExactly("A100-40GB");
    assertThat(out.toString())
        .isEqualTo(
            """
            first (small): training, batch 4, float32, sgd

              parameters                 0 B    0 %
              feature_maps         10.00 MiB   25 %  ███████▌
              activations                0 B    0 %
              gradients                  0 B    0 %
              optimizer_state            0 B    0 %
              input_data                 0 B    0 %
              other                30.00 MiB   75 %  ██████████████████████▌
              on the device        40.00 MiB
              (other: context and libraries, workspaces, the allocator's rounding and free blocks)

            The peak comes in the backward pass, at fc.
              tensors             6 B  live tensors
              allocated           7 B  as the allocator's blocks
              reserved            8 B  in 3 segments
              kernels             3 B  more reserved on a GPU, and 2 B allocated:
                                       buffers that CUDA kernels hold at the peak
              device        40.00 MiB  with context and libraries, as the driver shows it
                            41.00 MiB  19 of 20 such jobs stay below
              A100-40GB     39.50 GiB  it fits, 39.46 GiB are left

            The heaviest layers
               parameters       saved  at the peak  layer
                     72 B       128 B          0 B  fc (linear)

            What would save most on the device
                 20.00 MiB   50 %  a batch of 2, gradients accumulated over 2

            Exact, by rules checked to the byte, but for what the device holds beyond reserved.

            """);
  }

  @Test
  void saysWhyAJobCannotBePredicted() throws IOException {
    // Given
    String none =
        write(
            "none.json",
            """
            {"schema": "headroom/layer-config/1", "job": "none", "batch_size": 4,
             "inputs": [], "unsupported": "layer net.7: an operator of its own"}
            """);

    // When
    int exit = run("--json", none, job);

    // Then
    assertThat(exit).isEqualTo(4);
    assertThat(err.toString())
        .isEqualTo("%s: unsupported: layer net.7: an operator of its own%n".formatted(none));
    assertThat(out.toString().lines())
        .containsExactly(
            """
            {"file":"%s","job":"none","confidence":"unsupported",\
            "reasons":["layer net.7: an operator of its own"]}\
            """
                .formatted(none),
            expected(job, "first"));
  }

  @Test
  void saysWhatIsWrongWithAFileAndGoesOn() throws IOException {
    // Given
    String broken = write("broken.json", JOB.formatted("bad").replace("\"linear\"", "\"liner\""));
    String missing = folder.resolve("missing.json").toString();

    // When
    int exit = run("--json", broken, missing, job);

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(out.toString().lines()).containsExactly(expected(job, "first"));
    assertThat(err.toString().lines())
        .hasSize(2)
        .satisfiesExactly(
            line -> assertThat(line).startsWith(broken + ": ").contains("fc").contains("liner"),
            line -> assertThat(line).isEqualTo(missing + ": no such file"));
  }

  @Test
  void readsTheNewestConfigOfEachJobFromTheRecordsOfAReporter() throws IOException {
    // Given
    String record = "{\"topic\":\"%s\",\"key\":\"%s\",\"time\":1795710142129,\"value\":%s}";
    String records =
        write(
            "run.jsonl",
            String.join(
                "\n",
                record.formatted(
                    "headroom.memory-samples", "first", "{\"categories\":{\"other\":[1]}}"),
                record.formatted(Topics.LAYER_CONFIGS, "first", oneLine("older")),
                record.formatted(Topics.LAYER_CONFIGS, "second", oneLine("second")),
                record.formatted(Topics.LAYER_CONFIGS, "first", oneLine("first")),
                record.formatted(Topics.LAYER_CONFIGS, "first", "null"),
                "not JSON",
                record
                    .formatted(Topics.LAYER_CONFIGS, "first", oneLine("cut off"))
                    .substring(0, 99)));

    // When
    int exit = run("--json", records);

    // Then
    assertThat(exit).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines())
        .containsExactly(expected(records, "first"), expected(records, "second"));
  }

  @Test
  void saysThatRecordsHaveNoConfig() throws IOException {
    // Given
    String records = write("run.jsonl", "{\"topic\":\"headroom.memory-samples\"}\n\n");

    // When
    int exit = run(records);

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).isEqualTo(records + ": no layer config in its 2 lines\n");
  }

  @Test
  void answersWhatIf() {
    // When
    int exit = run("--json", "--batch", "8", "--precision", "float16", job);

    // Then
    assertThat(exit).isZero();
    assertThat(out.toString()).contains("\"device_p50_bytes\":" + (40L << 20));
  }

  @Test
  void refusesAWhatIfThatIsNone() {
    // When
    int exit = run("--optimizer", "adamm", job);

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("%s: optimizer unknown: adamm (known: sgd, adam, ".formatted(job));
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void answersHowManySamplesFit() {
    // When: 19 of 20 jobs stay below the median and 1 MiB, so 4044 samples take 40441 MiB
    int exit = run("--largest-batch", "--gpu", "A100-40GB", job);
    int asJson = run("--largest-batch", "--gpu", "A100-40GB", "--json", job);

    // Then
    assertThat(exit).isZero();
    assertThat(asJson).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            first: a batch of 4044 fits on A100-40GB (39.50 GiB), 4045 does not.
              The device peak is 39.49 GiB; 19 of 20 such jobs stay below 39.49 GiB.
            {"file":"%s","job":"first","gpu":"A100-40GB","gpu_total_bytes":42949672960,"gpu_usable_bytes":42412802048,\
            "largest_batch":4044,"device_p50_bytes":42404413440,"device_p95_bytes":42405462016,\
            "confidence":"exact","reasons":[]}
            """
                .formatted(job));
  }

  @Test
  void saysWhereNoSampleFitsOrNoneCanBeCounted() throws IOException {
    // Given
    String none =
        write(
            "none.json",
            """
            {"schema": "headroom/layer-config/1", "job": "none", "batch_size": 4,
             "inputs": [], "unsupported": "layer net.7: an operator of its own"}
            """);

    // Then
    assertThat(run("--largest-batch", "--gpu", "8MiB", job)).isZero();
    assertThat(run("--largest-batch", "--gpu", "8MiB", none)).isEqualTo(4);
    assertThat(run("--largest-batch", "--gpu", "8MiB", "--json", job, none)).isEqualTo(4);
    assertThat(err.toString())
        .isEqualTo(
            "%s: unsupported: layer net.7: an operator of its own%n".formatted(none).repeat(2));
    assertThat(out.toString())
        .isEqualTo(
            """
            first: not even a batch of 1 fits on 8MiB (8.00 MiB).
              The device peak is 10.00 MiB; 19 of 20 such jobs stay below 11.00 MiB.
            {"file":"%s","job":"first","gpu":"8MiB","gpu_total_bytes":8388608,"gpu_usable_bytes":8388608,\
            "largest_batch":0,"device_p50_bytes":10485760,"device_p95_bytes":11534336,\
            "confidence":"exact","reasons":[]}
            {"file":"%s","job":"none","gpu":"8MiB","gpu_total_bytes":8388608,"gpu_usable_bytes":8388608,\
            "confidence":"unsupported","reasons":["layer net.7: an operator of its own"]}
            """
                .formatted(job, none));
  }

  @Test
  void refusesFilesThatAreNoneOrTooLong() throws IOException {
    // Given
    Path endless = folder.resolve("endless.json");
    try (var file = new RandomAccessFile(endless.toFile(), "rw")) {
      file.setLength(1L << 40);
    }

    // When
    int exit = run(folder.toString(), endless.toString(), write("empty.json", ""));

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .containsExactly(
            folder + ": Is a directory",
            endless + ": longer than 8388608 bytes",
            folder.resolve("empty.json") + ": not a JSON object");
  }

  @Test
  void refusesACheckpointThatNamesNoModule() {
    // Then
    assertThat(run("--json", "--checkpoint", "fc", job)).isZero();
    assertThat(run("--json", "--checkpoint", "fc,layer9", job)).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("%s: checkpoint names no module: layer9%n".formatted(job));
  }

  @Test
  void asksForTheGpuThatSamplesShallFitOn() {
    // Then
    assertThat(run("--largest-batch", job)).isEqualTo(2);
    assertThat(err.toString()).startsWith("--largest-batch needs --gpu");
    assertThat(run("--gpu", "Voodoo2", job)).isEqualTo(2);
    assertThat(err.toString()).contains("--gpu is neither known nor a size such as 24GiB: Voodoo2");
  }

  private int run(String... arguments) {
    return new CommandLine(
            new PredictCommand(
                gpu -> {
                  gpu.ifPresent(gpus::add);
                  return MadeUpBudget::of;
                },
                new TextBars(true)))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private static String oneLine(String job) {
    return JOB.formatted(job).replace("\n", " ");
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static String expected(String file, String job) {
    return """
    {"file":"%s","job":"%s","parameters":18,"parameter_bytes":72,"buffer_bytes":1,\
    "gradient_bytes":2,"optimizer_state_bytes":4,"saved_bytes":3,"after_forward_bytes":5,\
    "peak":{"tensor_bytes":6,"allocated_bytes":7,"reserved_bytes":8,\
    "device_p50_bytes":41943040,"device_p95_bytes":42991616,\
    "kernel_temporaries_allocated_bytes":2,"kernel_temporaries_reserved_bytes":3,"phase":"backward","layer":"fc"},\
    "categories":{"parameters":0,"feature_maps":10485760,"activations":0,"gradients":0,\
    "optimizer_state":0,"input_data":0,"other":31457280},\
    "category_maxima":{"parameters":0,"feature_maps":9,"activations":0,"gradients":0,\
    "optimizer_state":0,"input_data":0,"other":0},\
    "confidence":"exact","reasons":[]}\
    """
        .formatted(file, job);
  }
}
