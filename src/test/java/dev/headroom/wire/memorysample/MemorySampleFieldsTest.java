package dev.headroom.wire.memorysample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.json.MalformedException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MemorySampleFieldsTest {

  private static final List<Consumer<MemorySampleFields>> BESIDE_THE_SUBJECT =
      List.of(
          it -> it.time = Instant.parse("2026-11-23T21:00:00Z"),
          it -> it.source = SampleSource.NVML,
          it -> it.phase = JobPhase.ENDED,
          it -> it.step = 3L,
          it -> it.processUsed = new MemorySize(4),
          it -> it.deviceUsed = new MemorySize(5),
          it -> it.deviceTotal = new MemorySize(6),
          it -> it.allocated = new MemorySize(7),
          it -> it.reserved = new MemorySize(8),
          it -> it.categories = Map.of(Category.OTHER, new MemorySize(9)),
          it -> it.outcome = RunOutcome.FAILED);

  @Test
  void makeASampleOfAllOfThem() throws MalformedException {
    // Given
    MemorySampleFields fields = subject();
    BESIDE_THE_SUBJECT.forEach(set -> set.accept(fields));
    // Then
    MemorySample expected =
        MemorySample.builder("j", "GPU-1", Instant.parse("2026-11-23T21:00:00Z"))
            .run("r")
            .rank(1)
            .host("h")
            .pid(2L)
            .ownership(new Ownership("", "vision", "team-a"))
            .source(SampleSource.NVML)
            .phase(JobPhase.ENDED)
            .step(3L)
            .processUsed(new MemorySize(4))
            .deviceUsed(new MemorySize(5))
            .deviceTotal(new MemorySize(6))
            .allocated(new MemorySize(7))
            .reserved(new MemorySize(8))
            .categories(Map.of(Category.OTHER, new MemorySize(9)))
            .outcome(RunOutcome.FAILED)
            .build();
    assertThat(fields.sample()).isEqualTo(expected);
    // When
    fields.subject =
        new MemorySample.Subject("k", null, null, null, null, "GPU-2", Ownership.UNKNOWN);
    // Then
    assertThat(fields.sample().job()).isEqualTo("k");
  }

  @Test
  void areASubjectAsLongAsNothingElseIsThere() {
    assertThat(subject().isSubject()).isTrue();
    for (Consumer<MemorySampleFields> set : BESIDE_THE_SUBJECT) {
      MemorySampleFields fields = subject();
      set.accept(fields);
      assertThat(fields.isSubject()).isFalse();
    }
    for (Consumer<MemorySampleFields> unset :
        List.<Consumer<MemorySampleFields>>of(
            it -> it.schema = false, it -> it.job = null, it -> it.gpu = null)) {
      MemorySampleFields fields = subject();
      unset.accept(fields);
      assertThat(fields.isSubject()).isFalse();
    }
  }

  @Test
  void sayWhatIsMissing() {
    assertMissing("schema", it -> it.schema = false);
    assertMissing("job", it -> it.job = null);
    assertMissing("gpu", it -> it.gpu = null);
    assertMissing("time", it -> it.time = null);
  }

  private static void assertMissing(String field, Consumer<MemorySampleFields> unset) {
    MemorySampleFields fields = subject();
    BESIDE_THE_SUBJECT.forEach(set -> set.accept(fields));
    unset.accept(fields);
    assertThatThrownBy(fields::sample).hasMessage(field + " is missing");
  }

  private static MemorySampleFields subject() {
    var fields = new MemorySampleFields();
    fields.schema = true;
    fields.job = "j";
    fields.run = "r";
    fields.rank = 1;
    fields.host = "h";
    fields.pid = 2L;
    fields.gpu = "GPU-1";
    fields.team = "vision";
    fields.namespace = "team-a";
    return fields;
  }
}
