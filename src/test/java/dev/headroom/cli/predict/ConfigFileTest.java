package dev.headroom.cli.predict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

  private static final String RECORD = "{\"topic\":\"%s\",\"key\":\"%s\",\"value\":%s}\n";
  private static final String CONFIGS = "headroom.layer-configs";

  @TempDir private Path folder;

  @Test
  void aFileIsOneConfig() throws IOException {
    assertThat(read("a.json", "{\"x\": 1}")).containsExactly("{\"x\": 1}");
  }

  @Test
  void ofRecordsTheNewestOfEachJobCounts() throws IOException {
    String records =
        RECORD.formatted(CONFIGS, "a", "{\"n\":1}")
            + RECORD.formatted(CONFIGS, "b", "{\"n\":[2]}")
            + RECORD.formatted("headroom.memory-samples", "a", "{\"n\":3}")
            + RECORD.formatted(CONFIGS, "a", "{\"n\":4}")
            + RECORD.formatted(CONFIGS, "b", "null")
            + "[]\nno JSON\n\n"
            + RECORD.formatted(CONFIGS, "a", "{\"n\":5}").substring(0, 50);
    assertThat(read("a.jsonl", records)).containsExactly("{\"n\":4}", "{\"n\":[2]}");
  }

  @Test
  void saysWhatIsTooMuchOrNotThere() throws IOException {
    assertThatThrownBy(() -> read("a.jsonl", "{}\n{}\n"))
        .hasMessage("no layer config in its 2 lines");
    var many = new StringBuilder();
    for (int i = 0; i <= 1000; i++) {
      many.append(RECORD.formatted(CONFIGS, "job-" + i, "{}"));
    }
    assertThatThrownBy(() -> read("a.jsonl", many.toString()))
        .hasMessage("records of more than 1000 jobs");
    Path endless = folder.resolve("endless.json");
    try (var file = new RandomAccessFile(endless.toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertThatThrownBy(() -> ConfigFile.read(endless.toString()))
        .hasMessage("longer than 8388608 bytes");
    Path line = Files.move(endless, folder.resolve("endless.jsonl"));
    assertThatThrownBy(() -> ConfigFile.read(line.toString()))
        .hasMessage("line 1 is longer than 8389632 bytes");
  }

  private List<String> read(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return ConfigFile.read(file.toString()).stream().map(json -> new String(json, UTF_8)).toList();
  }
}
