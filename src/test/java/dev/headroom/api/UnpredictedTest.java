package dev.headroom.api;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.ConfigRefused;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.Registration;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A config that cannot be predicted says which layer and why, to everyone who asks.
@QuarkusTest
class UnpredictedTest {

  private static final int PARTITION = 7;
  private static final String TOO_LARGE =
      """
      {"schema": "headroom/layer-config/1", "job": "unpredicted", "batch_size": 2000000000,
       "inputs": [{"name": "x", "shape": [8], "dtype": "float32"}],
       "layers": [{"name": "body.fc", "type": "linear", "inputs": ["x"],
                   "in_features": 8, "out_features": 2000000000}]}
      """;
  private static final String UNDESCRIBED =
      """
      {"schema": "headroom/layer-config/1", "job": "unpredicted", "batch_size": 4, "inputs": [],
       "unsupported": "layer head.nms: its result is as long as the data says"}
      """;

  @Inject LedgerKeeper keeper;
  @Inject Predictions predictions;
  @TempDir private Path folder;

  @BeforeEach
  void own() {
    predictions.use(new Predictions()::on);
    fold(new Arrival.PartitionAssigned(PARTITION));
  }

  @AfterEach
  void disown() {
    fold(new Arrival.PartitionLost(PARTITION));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          TOO_LARGE   | layer body.fc: 2000000000 elements for each of 2000000000 samples are more bytes than 64 bits count
          UNDESCRIBED | layer head.nms: its result is as long as the data says
          """)
  void isSaidByMetricsApiAndCommand(String which, String reason) throws Exception {
    // Given
    String config = which.equals("TOO_LARGE") ? TOO_LARGE : UNDESCRIBED;
    long before = unpredicted();

    // When
    LayerConfig read = LayerConfigDecoder.read(config.getBytes(UTF_8));
    var registration =
        new Registration(
            read, predictions.predict(read), LayerConfigEncoder.content(read), Instant.now());
    fold(new Arrival.Received(new ConfigRegistered(registration), PARTITION));
    var trains =
        MemorySample.builder("unpredicted", "GPU-1", Instant.now())
            .step(2L)
            .allocated(new MemorySize(1))
            .build();
    fold(new Arrival.Received(new MemorySampled(trains), PARTITION));

    // Then
    assertThat(unpredicted()).isEqualTo(before + 1);
    given()
        .get("/api/v1/jobs/unpredicted")
        .then()
        .statusCode(200)
        .body("state", equalTo("unpredicted"))
        .body("confidence", equalTo("unsupported"))
        .body("budget_missing", equalTo("unsupported"))
        .body("predicted_peak", nullValue())
        .body("reasons", contains(reason));
    given()
        .contentType("application/json")
        .body(config)
        .post("/api/v1/predict?gpu=T4")
        .then()
        .statusCode(200)
        .body("confidence", equalTo("unsupported"))
        .body("fits", nullValue())
        .body("reasons", contains(reason));
    assertThat(command(config))
        .isEqualTo(
            new Said(4, "%s: unsupported: %s%n".formatted(folder.resolve("job.json"), reason)));
  }

  @Test
  void aRefusedConfigAndOneOfAnotherRunAreSaidByMetricsAndApi() {
    // Given
    measure("refused-job", null);
    fold(new Arrival.Received(new ConfigRefused("refused-job", "inputs is missing"), PARTITION));
    fold(new Arrival.Received(SnapshotBuilder.config("other-job", "m"), PARTITION));
    measure("other-job", "2");
    measure("nobody-s-job", null);

    // When
    String metrics = given().get("/metrics").asString();

    // Then
    Map.of(
            "refused-job",
            List.of("refused", "the layer config that came was refused: inputs is missing"),
            "other-job",
            List.of(
                "other_run", "the layer config that came is of run 1, the samples are of run 2"),
            "nobody-s-job",
            List.of("no_config", "no layer config of this job came"))
        .forEach(
            (job, said) -> {
              assertThat(metrics)
                  .contains(
                      "headroom_job_budget_missing_info{training_job=\"%s\",reason=\"%s\"} 1"
                          .formatted(job, said.getFirst()));
              given()
                  .get("/api/v1/jobs/" + job)
                  .then()
                  .statusCode(200)
                  .body("budget_missing", equalTo(said.getFirst()))
                  .body("reasons", contains(said.getLast()));
            });
  }

  private void measure(String job, @Nullable String run) {
    var sample =
        MemorySample.builder(job, "GPU-1", Instant.now())
            .run(run)
            .allocated(new MemorySize(1))
            .build();
    fold(new Arrival.Received(new MemorySampled(sample), PARTITION));
  }

  /// How the command ended, and what it said.
  private record Said(int exit, String text) {}

  private Said command(String config) throws Exception {
    Path file = Files.writeString(folder.resolve("job.json"), config);
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.headroom.cli.Main",
                    "predict",
                    file.toString()))
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), text);
  }

  private static long unpredicted() {
    String series = "headroom_jobs{state=\"unpredicted\"} ";
    return given()
        .get("/metrics")
        .asString()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToLong(line -> Long.parseLong(line.substring(series.length())))
        .sum();
  }

  private void fold(Arrival arrival) {
    var _ = keeper.fold(List.of(arrival), Instant.now());
  }
}
