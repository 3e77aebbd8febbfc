package dev.headroom.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MemorySampleTest {

  private static final Instant TIME = Instant.parse("2026-11-23T21:00:00Z");
  private static final MemorySize TOO_LARGE = new MemorySize((1L << 50) + 1);

  @Test
  void hasWhatItWasBuiltOf() {
    // Given
    var categories = new EnumMap<>(Map.of(Category.OTHER, new MemorySize(6)));
    MemorySample sample =
        MemorySample.builder("j", "GPU-1", TIME)
            .run("r")
            .rank(1)
            .host("h")
            .pid(2L)
            .ownership(new Ownership("alice", "vision", "team-a"))
            .source(SampleSource.CUDA)
            .phase(JobPhase.ENDED)
            .step(3L)
            .processUsed(new MemorySize(1))
            .deviceUsed(new MemorySize(2))
            .deviceTotal(new MemorySize(3))
            .allocated(new MemorySize(4))
            .reserved(new MemorySize(5))
            .categories(categories)
            .outcome(RunOutcome.FAILED)
            .build();
    // When
    categories.clear();
    // Then
    assertThat(sample)
        .isEqualTo(
            new MemorySample(
                new MemorySample.Subject(
                    "j", "r", 1, "h", 2L, "GPU-1", new Ownership("alice", "vision", "team-a")),
                TIME,
                SampleSource.CUDA,
                JobPhase.ENDED,
                3L,
                new MemorySample.Sizes(
                    new MemorySize(1),
                    new MemorySize(2),
                    new MemorySize(3),
                    new MemorySize(4),
                    new MemorySize(5)),
                Map.of(Category.OTHER, new MemorySize(6)),
                RunOutcome.FAILED));
    assertThat(sample.job()).isEqualTo("j");
    assertThat(sample.run()).isEqualTo("r");
    assertThat(sample.rank()).isEqualTo(1);
    assertThat(sample.host()).isEqualTo("h");
    assertThat(sample.pid()).isEqualTo(2);
    assertThat(sample.gpu()).isEqualTo("GPU-1");
    assertThat(sample.ownership()).isEqualTo(new Ownership("alice", "vision", "team-a"));
  }

  @Test
  void needsOneSizeAtLeast() {
    refuses(_ -> {}, "a sample without any size");
    for (Consumer<MemorySample.Builder> one :
        List.<Consumer<MemorySample.Builder>>of(
            it -> it.processUsed(MemorySize.ZERO),
            it -> it.deviceUsed(MemorySize.ZERO),
            it -> it.deviceTotal(MemorySize.ZERO),
            it -> it.allocated(MemorySize.ZERO),
            it -> it.reserved(MemorySize.ZERO),
            it -> it.categories(Map.of(Category.OTHER, MemorySize.ZERO)))) {
      MemorySample.Builder builder = MemorySample.builder("j", "GPU-1", TIME);
      one.accept(builder);
      assertThat(builder.build().gpu()).isEqualTo("GPU-1");
    }
  }

  @Test
  void refusesWhatIsOutOfRange() {
    refuses(it -> it.processUsed(TOO_LARGE), "process_used_bytes > 2^50");
    refuses(it -> it.deviceUsed(TOO_LARGE), "device_used_bytes > 2^50");
    refuses(it -> it.deviceTotal(TOO_LARGE), "device_total_bytes > 2^50");
    refuses(it -> it.allocated(TOO_LARGE), "allocated_bytes > 2^50");
    refuses(it -> it.reserved(TOO_LARGE), "reserved_bytes > 2^50");
    refuses(it -> it.categories(Map.of(Category.OTHER, TOO_LARGE)), "other > 2^50");
    refuses(it -> it.run("a b"), "run is not");
    refuses(it -> it.rank(-1), "rank < 0");
    refuses(it -> it.host("a b"), "host is not");
    refuses(it -> it.pid(0L), "pid < 1");
    refuses(it -> it.reserved(MemorySize.ZERO).step(-1L), "step < 0");
    refuses(
        it -> it.reserved(MemorySize.ZERO).outcome(RunOutcome.FAILED),
        "outcome without the phase ended: failed");
    assertThatThrownBy(() -> MemorySample.builder("a b", "GPU-1", TIME).build())
        .hasMessageStartingWith("job is not");
    assertThatThrownBy(() -> MemorySample.builder("j", "GPU 1", TIME).build())
        .hasMessageStartingWith("gpu is not");
    assertThatThrownBy(
            () ->
                MemorySample.builder("j", "GPU-1", Instant.EPOCH).reserved(MemorySize.ZERO).build())
        .hasMessageStartingWith("time is not");
  }

  private static void refuses(Consumer<MemorySample.Builder> part, String why) {
    MemorySample.Builder builder = MemorySample.builder("j", "GPU-1", TIME);
    part.accept(builder);
    assertThatThrownBy(builder::build).hasMessageStartingWith(why);
  }
}
