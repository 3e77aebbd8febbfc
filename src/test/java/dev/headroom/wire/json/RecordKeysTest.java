package dev.headroom.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordKeysTest {

  @Test
  void takesTheNameItself() throws MalformedException {
    RecordKeys.require("job-1".getBytes(UTF_8), "job", "job-1");
    RecordKeys.require(new byte[0], "job", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "job-", "job-12", "job-2", "Job-1", "xob-1"})
  void refusesAnyOther(String key) {
    assertThatThrownBy(() -> RecordKeys.require(key.getBytes(UTF_8), "job", "job-1"))
        .hasMessage("the key is not the job job-1");
  }

  @Test
  void refusesNone() {
    assertThatThrownBy(() -> RecordKeys.require(null, "gpu", "GPU-1"))
        .hasMessage("no key; it is the gpu");
    assertThatThrownBy(() -> RecordKeys.removed(null, name -> name))
        .hasMessage("neither key nor value");
  }

  @Test
  void aRemovalIsOfWhatTheKeyNames() throws MalformedException {
    assertThat(RecordKeys.<String>removed("GPU-1".getBytes(UTF_8), name -> name + "!"))
        .isEqualTo("GPU-1!");
    assertThatThrownBy(
            () ->
                RecordKeys.removed(
                    "GPU 1".getBytes(UTF_8),
                    name -> {
                      throw new IllegalArgumentException("not " + name + "\n");
                    }))
        .isInstanceOf(MalformedException.class)
        .hasMessage("not GPU 1\\u000A");
  }
}
