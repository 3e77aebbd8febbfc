package dev.headroom.cli.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.headroom.cli.Main;
import dev.headroom.cli.predict.TextBars;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class PlanCommandTest {

  private static final String RESNET = "src/main/resources/simulator/resnet50.layer-config.json";
  private static final String VGG = "src/main/resources/simulator/vgg16.layer-config.json";
  private static final String FLEET = "docs/planning/fleet.yaml";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theExitCodeSaysWhetherAJobFits() {
    // Then
    assertThat(run(RESNET, "--gpu", "T4")).isZero();
    assertThat(run(RESNET, "--gpu", "2GiB")).isEqualTo(3);
    assertThat(run(RESNET, VGG, "--gpu", "A100-40GB:1g.5gb")).isEqualTo(3);
    assertThat(run(RESNET)).isZero();
  }

  @Test
  void programsGetTheWholeAnswer() throws IOException {
    // When
    int exit = run(VGG, "--gpu", "RTXA400", "--json");

    // Then
    assertThat(exit).isEqualTo(3);
    JsonNode answer = MAPPER.readTree(out.toString());
    assertThat(answer.path("verdict").asText()).isEqualTo("does_not_fit");
    assertThat(answer.path("headroom_bytes").asLong())
        .isEqualTo(answer.path("gpu_usable_bytes").asLong() - answer.path("p95_bytes").asLong())
        .isNegative();
    assertThat(answer.path("remedies").size()).isPositive();
    answer
        .path("remedies")
        .forEach(
            remedy ->
                assertThat(remedy.path("p95_bytes").asLong())
                    .isLessThanOrEqualTo(answer.path("gpu_usable_bytes").asLong()));
    assertThat(answer.path("out_of_memory_probability").asDouble()).isBetween(0.5, 1.0);
  }

  @Test
  void aFleetIsPlannedForProgramsToo() throws IOException {
    // When
    int exit = run("--fleet", FLEET, "--jobs", "docs/planning/jobs.yaml", "--json");

    // Then
    assertThat(exit).isEqualTo(3);
    JsonNode answer = MAPPER.readTree(out.toString());
    assertThat(answer.path("gpus").asInt()).isEqualTo(24);
    assertThat(answer.path("gpus_used").asInt())
        .isGreaterThanOrEqualTo(answer.path("gpus_at_least").asInt());
    assertThat(answer.path("left_over").get(0).path("job").asText()).isEqualTo("resnet152");
    assertThat(answer.path("placed").size()).isEqualTo(14);
  }

  @Test
  void aJobThatCannotBePredictedIsSaidSo() throws IOException {
    // Given
    String none =
        write(
            "none.json",
            """
            {"schema": "headroom/layer-config/1", "job": "none", "batch_size": 4,
             "inputs": [], "unsupported": "layer net.7: an operator of its own"}
            """);

    // Then
    assertThat(run(none, "--gpu", "T4")).isEqualTo(4);
    assertThat(err.toString())
        .isEqualTo("none: unsupported: layer net.7: an operator of its own%n".formatted());
    assertThat(run(none, RESNET, "--fleet", FLEET)).isEqualTo(4);
    assertThat(out.toString()).contains("cannot be predicted: layer net.7: an operator of its own");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --gpu Voodoo2                  | --gpu is neither known nor a size such as 24GiB: Voodoo2
          --gpu T4:1g.5gb                | --gpu is neither known nor a size such as 24GiB: T4:1g
          --gpu T4 --fleet FLEET         | Error: --gpu=GPU, --fleet=FILE
          --fleet missing.yaml           | --fleet missing.yaml: no such file
          --fleet FOLDER/huge.yaml       | --fleet FOLDER/huge.yaml: a fleet has at most 20000 GPUs
          --fleet FOLDER/negative.yaml   | --fleet FOLDER/negative.yaml: nodes[0].gpus[0].count is
          --fleet FOLDER/geometry.yaml   | --fleet FOLDER/geometry.yaml: nodes[0].gpus[0].mig of a A
          --fleet FOLDER/unknown.yaml    | --fleet FOLDER/unknown.yaml: nodes[0].gpus[0].model is ne
          --fleet FOLDER/empty.yaml      | --fleet FOLDER/empty.yaml: a fleet has 1 to 20000 GPUs: 0
          --fleet FOLDER/none.yaml       | --fleet FOLDER/none.yaml: no YAML: line
          --jobs FOLDER/replicas.yaml    | --jobs FOLDER/replicas.yaml: jobs[0].replicas is not 1 to
          --jobs FOLDER/config.yaml      | --jobs FOLDER/config.yaml: jobs[0].config
          --live http://127.0.0.1:1      | --live http://127.0.0.1:1:
          --live nonsense                | --live nonsense:
          --catalogue missing.yaml       | --catalogue missing.yaml: no such file
          """)
  void whatIsWrongIsSaidOnOneLine(String arguments, String why) throws IOException {
    // Given
    write("huge.yaml", "nodes: [{name: a, count: 125000, gpus: [{model: T4, count: 8}]}]");
    write("negative.yaml", "nodes: [{name: a, gpus: [{model: T4, count: -1}]}]");
    write("geometry.yaml", "nodes: [{name: a, gpus: [{model: A30, mig: [4g.24gb, 1g.6gb]}]}]");
    write("unknown.yaml", "nodes: [{name: a, gpus: [{model: Voodoo2}]}]");
    write("empty.yaml", "nodes: []");
    write("none.yaml", "nodes: [");
    write("replicas.yaml", "jobs: [{config: a.json, replicas: 0}]");
    write("config.yaml", "jobs: [{config: a.json}]");
    Files.copy(Path.of(RESNET), folder.resolve("a.json"));
    if (why.contains("config.yaml")) {
      Files.delete(folder.resolve("a.json"));
    }

    // When
    String filled = arguments.replace("FOLDER", folder.toString()).replace("FLEET", FLEET);
    int exit =
        run(
            Stream.concat(Stream.of(RESNET), Stream.of(filled.split(" ", -1)))
                .toArray(String[]::new));

    // Then
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).startsWith(why.replace("FOLDER", folder.toString()));
    assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void theLiveFleetIsAskedPageByPage() throws IOException {
    // Given: an idle T4, one with a job, and a slice, on two pages
    HttpServer monitor =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    monitor.createContext(
        "/api/v1/fleet",
        exchange -> {
          boolean second = exchange.getRequestURI().getQuery().contains("after=GPU-2");
          String slice = gpu("GPU-3", "NVIDIA A100-SXM4-40GB", "\"2g.10gb\"", 9856, 9856, "");
          String idle = gpu("GPU-1", "Tesla T4", "null", 15360, 15360, "");
          String busy = gpu("GPU-2", "Tesla T4", "null", 15360, 6000, "{\"job\": \"x\"}");
          byte[] page =
              (second ? page(slice, "null") : page(idle + ", " + busy, "\"GPU-2\""))
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    monitor.start();
    try {
      // When
      String url = "http://127.0.0.1:" + monitor.getAddress().getPort();
      int exit = run(RESNET, RESNET, RESNET, "--live", url, "--json");

      // Then: two of three, for one GPU is somebody's
      assertThat(exit).isEqualTo(3);
      JsonNode answer = MAPPER.readTree(out.toString());
      assertThat(answer.path("gpus").asInt()).isEqualTo(3);
      assertThat(answer.path("placed").findValuesAsText("device"))
          .containsExactlyInAnyOrder("T4", "A100-40GB:2g.10gb");
    } finally {
      monitor.stop(0);
    }
  }

  @Test
  void everyJobOfAReportersRecordsIsPlanned() throws IOException {
    // Given
    String record = "{\"topic\":\"headroom.layer-configs\",\"key\":\"%s\",\"value\":%s}";
    String records =
        write(
            "run.jsonl",
            record.formatted("a", Files.readString(Path.of(RESNET)).replace("\n", " "))
                + "\n"
                + record.formatted("b", Files.readString(Path.of(VGG)).replace("\n", " ")));

    // When
    int exit = run(records, "--gpu", "A100-40GB", "--json");

    // Then
    assertThat(exit).isZero();
    assertThat(out.toString().lines()).hasSize(2);
    assertThat(out.toString()).contains("\"job\":\"resnet50\"", "\"job\":\"vgg16\"");
  }

  private static String page(String gpus, String next) {
    return "{\"next\": %s, \"gpus\": [%s]}".formatted(next, gpus);
  }

  private static String gpu(
      String uuid, String model, String mig, long total, long headroom, String jobs) {
    return """
    {"gpu": "%s", "host": "n1", "index": 0, "model": "%s", "mig_profile": %s,\
     "total_bytes": %d, "headroom_bytes": %d, "unattributed_bytes": 0, "jobs": [%s]}\
    """
        .formatted(uuid, model, mig, total << 20, headroom << 20, jobs);
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return new CommandLine(new PlanCommand(new TextBars(true)))
        .setParameterExceptionHandler(Main::refused)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }
}
