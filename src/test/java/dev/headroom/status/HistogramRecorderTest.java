package dev.headroom.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramRecorderTest {

  @Test
  void aBoundBelongsToItsBucket() {
    // Given
    var recorder = new HistogramRecorder(-1, 0, 2.5);
    // When
    recorder.add(-7, -1, -0.5, 0, 0.1, 2.5, 2.6, 100);
    recorder.add();
    recorder.add(3);
    // Then
    Histogram histogram = recorder.histogram();
    assertThat(histogram.bounds()).containsExactly(-1.0, 0.0, 2.5);
    assertThat(histogram.counts()).containsExactly(2L, 2L, 2L, 3L);
    assertThat(histogram.sum()).isCloseTo(99.7, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void losesNothingThatThreadsAddAtOnce(long seed) {
    // Given
    double[] bounds = new Random(seed).doubles(5).sorted().toArray();
    double[] values = new Random(seed + 100).doubles(20_000).map(v -> v * 1.2).toArray();
    var recorder = new HistogramRecorder(bounds);
    // When
    Arrays.stream(values).parallel().forEach(recorder::add);
    // Then
    Histogram histogram = recorder.histogram();
    assertThat(histogram.counts())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(0, bounds.length)
                .mapToObj(
                    i ->
                        Arrays.stream(values)
                            .filter(v -> i == 0 || v > bounds[i - 1])
                            .filter(v -> i == bounds.length || v <= bounds[i])
                            .count())
                .toList());
    assertThat(histogram.sum()).isCloseTo(Arrays.stream(values).sum(), within(1e-6));
  }
}
