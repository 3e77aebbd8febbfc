package dev.headroom.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class EvaluateCommandTest {

  private static final Path CONFIGS = Path.of("src/main/resources/simulator");
  private static final List<String> NETWORKS = List.of("resnet18", "mobilenet_v2", "vgg16");

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeConfigs() throws IOException {
    for (String network : NETWORKS) {
      byte[] config = Files.readAllBytes(CONFIGS.resolve(network + ".layer-config.json"));
      try (OutputStream file = Files.newOutputStream(folder.resolve(network + ".json.gz"));
          var zipped = new GZIPOutputStream(file)) {
        zipped.write(config);
      }
    }
    Files.move(folder.resolve("vgg16.json.gz"), folder.resolve("other.json.gz"));
    Files.copy(CONFIGS.resolve("vgg16.layer-config.json"), folder.resolve("vgg16.json"));
  }

  @Test
  void answersPrograms() throws IOException {
    // Given rows that were cut off, rows outside the range, a network without a config
    String file =
        csv(
            """
            timm_model,batch,measured_peak_device_mib,fake_last_mib
            resnet18,4,1900,150
            resnet18,8,2100,300
            resnet18,16,2500,
            resnet18,32,600,1000
            mobilenet_v2,4,2000,1
            mobilenet_v2,8,2400,1
            mobilenet_v2,16,39999,1
            vgg16,4,3900,1
            vgg16,8,4300,1
            unknown,8,4300,1
            """);

    // When
    int exit = run("--measured", file, "--between", "700,39500", "--json");

    // Then
    assertThat(exit).isZero();
    assertThat(err.toString().lines())
        .containsExactly(
            "10 rows: 1 cut off by out-of-memory, 1 outside the range,"
                + " 1 refused (networks: 1), 7 judged",
            "  refused: unknown: no unknown.json or unknown.json.gz");
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.fieldNames()).toIterable().containsExactly("other_jobs", "same_model");
    assertThat(json.path("other_jobs").fieldNames())
        .toIterable()
        .containsExactly("0", "1", "3", "5", "10", "20", "50");
    assertThat(json.path("same_model").fieldNames()).toIterable().containsExactly("1", "2");
    JsonNode none = json.path("other_jobs").path("0");
    assertThat(none.fieldNames())
        .toIterable()
        .containsExactly(
            "median", "p90", "bias", "p95_coverage", "width", "capped_failures", "runs");
    assertThat(none.path("runs").asInt()).isEqualTo(7 * 200);
    assertThat(none.path("p95_coverage").asDouble() + none.path("capped_failures").asDouble())
        .isEqualTo(1);
    assertThat(json.path("other_jobs").path("50").path("median").isNull()).isTrue();
    assertThat(json.path("same_model").path("2").path("runs").asInt()).isOne();
  }

  /// As `headroom measure` writes it: the allocator's peaks are judged too, of rows that have them.
  @Test
  void judgesEachSizeThatWasMeasured() throws IOException {
    // Given
    String file =
        csv(
            """
            model,batch,precision,optimizer,gpu_model,framework,\
            measured_peak_allocated_mib,measured_peak_reserved_mib,measured_peak_device_mib
            resnet18,4,float32,"sgd,momentum=0.9",NVIDIA H100 80GB HBM3,pytorch 2.11.0,400,500,1300
            resnet18,4,autocast-bfloat16,adamw,NVIDIA H100 80GB HBM3,pytorch 2.11.0,390,500,1300
            vgg16,4,,,NVIDIA H100 80GB HBM3,,3000,,4100
            """);

    // When
    int exit = run("--measured", file, "--json");
    JsonNode json = new ObjectMapper().readTree(out.toString());
    out.getBuffer().setLength(0);
    int exitToo = run("--measured", file);

    // Then
    assertThat(exit).isZero();
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("other_jobs", "same_model", "reserved", "allocated");
    assertThat(json.at("/other_jobs/0/runs").asInt()).isEqualTo(3 * 200);
    assertThat(json.at("/reserved/other_jobs/0/runs").asInt()).isEqualTo(2 * 200);
    assertThat(json.at("/allocated/other_jobs/0/runs").asInt()).isEqualTo(3 * 200);
    assertThat(json.at("/allocated/same_model/1/runs").asInt()).isOne();
    assertThat(exitToo).isZero();
    assertThat(out.toString())
        .contains("\nreserved\nlearned from", "\nallocated\nlearned from")
        .contains("The device's peak;", "The reserved peak;", "The allocated peak;")
        .containsPattern("H100-80GB, the line through all rows: .* × allocated ");
  }

  @Test
  void answersPeopleAndDraws() throws IOException {
    // Given two GPUs
    String file =
        csv(
            """
            model,batch,gpu_class,measured_peak_mib
            resnet18,4,"K80-class (2496 cores,13 SM)",900
            mobilenet_v2,4,"K80-class (2496 cores,13 SM)",950
            vgg16,4,"V100-class (5120 cores)",3900
            resnet18,4,"V100-class (5120 cores)",1600
            """);
    Path picture = folder.resolve("accuracy.svg");

    // When
    int exit = run("--measured", file, "--prior", "built-in", "--picture", picture.toString());

    // Then
    assertThat(exit).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .contains("K80\nlearned from", "V100\nlearned from", "All GPUs\nlearned from")
        .containsPattern("V100, the line through all rows: [\\d,]+ MiB \\+ \\d\\.\\d+ × reserved");
    assertThat(Files.readString(picture)).startsWith("<svg").endsWith("</svg>\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model,batch|no rows",
        "model,batch\\nresnet18,4|row 1: measured_peak_device_mib or measured_peak_mib is missing",
        "batch,measured_peak_mib\\n4,900|row 1: timm_model or model is missing",
        "model,batch,measured_peak_mib\\nresnet18,four,900|row 1: batch is no number: four",
        "model,batch,measured_peak_mib\\nresnet18,4.5,900|row 1: batch is no whole number above 0",
        "model,batch,measured_peak_mib\\nresnet18,4,NaN|row 1: measured_peak_device_mib is not above 0: NaN",
        "model,batch,measured_peak_mib\\n../x,4,900|no row is left to judge (0 cut off, 0 outside, 1 refused, such as ../x: no ../x.json or ../x.json.gz)",
      })
  void saysInOneLineWhatIsWrongWithAFile(String text, String reason) throws IOException {
    // Given
    String file = csv(text.replace("\\n", "\n"));

    // When
    int exit = run("--measured", file);

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines()).containsExactly(file + ": " + reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--between|5|--between is not LOW,HIGH in MiB: 5",
        "--between|9,5|--between is not LOW,HIGH in MiB: 9,5",
        "--prior|mine|--prior is neither unknown-gpu nor built-in: mine",
        "--orders|20|--orders is below 200: 20",
      })
  void refusesAnOptionThatIsNone(String option, String value, String reason) throws IOException {
    // When
    int exit = run("--measured", csv("model,batch,measured_peak_mib\nvgg16,4,900"), option, value);

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).startsWith(reason);
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThat(run("--measured", "nowhere.csv")).isEqualTo(2);
    assertThat(err.toString().lines()).containsExactly("nowhere.csv: no such file");
  }

  @Test
  void saysThatAFileIsNoText() throws IOException {
    // Given
    Path file = Files.write(folder.resolve("measured.csv"), new byte[] {(byte) 0xff, '\n'});

    // When
    int exit = run("--measured", file.toString());

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString().lines()).containsExactly(file + ": not UTF-8");
  }

  private String csv(String text) throws IOException {
    return Files.writeString(folder.resolve("measured.csv"), text, StandardCharsets.UTF_8)
        .toString();
  }

  private int run(String... arguments) {
    var line = new CommandLine(new EvaluateCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--configs";
    all[arguments.length + 1] = folder.toString();
    return line.execute(all);
  }
}
