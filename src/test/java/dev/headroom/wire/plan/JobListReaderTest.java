package dev.headroom.wire.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.plan.fleet.JobRequest;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobListReaderTest {

  private static final String CONFIG =
      """
      {"schema": "headroom/layer-config/1", "job": "%s", "batch_size": 1, "inputs": [],
       "unsupported": "why", "parallelism": {"strategy": "%s", "world_size": %d}}
      """;
  private static final Map<String, String> FILES =
      Map.of(
          "a.json", CONFIG.formatted("a", "none", 1),
          "b.json", CONFIG.formatted("b", "fsdp", 8),
          "bad.json", "{}");

  @Test
  void readsWhatAFileLists() {
    // When
    List<JobRequest> jobs =
        read(
            """
            jobs:
              - {config: a.json, replicas: 4}
              - {config: b.json}
              - {config: a.json, name: tuning, share: true, ranks: 2}
              - {config: a.json}
              - {config: b.json, ranks: 16}
            """);
    // Then
    assertThat(jobs)
        .extracting(
            job -> "%s %d %d %s".formatted(job.name(), job.replicas(), job.ranks(), job.shares()))
        .containsExactly(
            "a 4 1 false", "b 1 8 false", "tuning 1 2 true", "a#2 1 1 false", "b#2 1 16 false");
    assertThat(jobs)
        .extracting(job -> job.config().setup().parallelism())
        .containsExactly(
            new Parallelism(Strategy.NONE, 1, false),
            new Parallelism(Strategy.FSDP, 8, false),
            new Parallelism(Strategy.DDP, 2, false),
            new Parallelism(Strategy.NONE, 1, false),
            new Parallelism(Strategy.FSDP, 16, false));
  }

  @Test
  void aRequestHasTheConfigsThemselves() throws JsonProcessingException {
    var request =
        new ObjectMapper().readTree("{\"jobs\": [{\"config\": " + FILES.get("b.json") + "}]}");
    assertThat(JobListReader.of(request)).singleElement().matches(job -> job.ranks() == 8);
    assertThatThrownBy(
            () -> JobListReader.of(new ObjectMapper().readTree("{\"jobs\": [{\"config\": {}}]}")))
        .hasMessage("jobs[0].config: schema is missing");
    assertThatThrownBy(
            () -> JobListReader.of(new ObjectMapper().readTree("{\"jobs\": [{\"config\": 1}]}")))
        .hasMessage("jobs[0].config is no object with fields: 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jobs: [] | jobs are missing",
        "jobs: [{}] | jobs[0].config is missing",
        "jobs: [{config: bad.json}] | bad.json: schema is missing",
        "jobs: [{config: none.json}] | jobs[0].config: none.json",
        "jobs: [{config: a.json, replicas: 0}] | jobs[0].replicas is not 1 to 100000: 0",
        "jobs: [{config: a.json, ranks: 0}] | jobs[0].ranks is not 1 to 10000: 0",
        "jobs: [{config: a.json, share: 1}] | jobs[0].share is neither true nor false: 1",
        "jobs: [{config: a.json, x: 1}] | jobs[0].x is unknown"
      })
  void saysWhatIsWrongAndWhere(String file, String why) {
    assertThatThrownBy(() -> read(file)).hasMessageStartingWith(why);
  }

  @Test
  void namesAreMadeUnique() {
    Map<String, Integer> names = new HashMap<>();
    assertThat(List.of("a", "b", "a", "a").stream().map(it -> JobListReader.unique(it, names)))
        .containsExactly("a", "b", "a#2", "a#3");
  }

  private static List<JobRequest> read(String file) {
    return JobListReader.file(
        new ByteArrayInputStream(file.getBytes(UTF_8)),
        name -> {
          String found = FILES.get(name);
          if (found == null) {
            throw new FileNotFoundException(name);
          }
          return found.getBytes(UTF_8);
        });
  }
}
