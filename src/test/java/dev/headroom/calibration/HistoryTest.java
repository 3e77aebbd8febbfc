package dev.headroom.calibration;

import static dev.headroom.calibration.SyntheticCluster.kind;
import static dev.headroom.calibration.SyntheticCluster.observation;
import static dev.headroom.calibration.SyntheticCluster.predicted;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistoryTest {

  @Test
  void remembersTheSameInWhateverOrder() {
    // Given more networks, and more runs of some, than are remembered
    var cluster = new SyntheticCluster(1, 1200, 1.02);
    List<Observation> observations = new ArrayList<>();
    for (int i = 0; i < 3 * History.MAX_NETWORKS; i++) {
      observations.add(cluster.next());
    }
    for (int i = 0; i < 5 * History.MAX_RUNS; i++) {
      observations.add(
          observation("own-" + i, kind("own"), Duration.ofHours(12_000 + i), 4000, 5000 + 10 * i));
    }

    // When two replicas read them in different orders, and one asks in between
    var one = new History(Prior.BUILT_IN);
    observations.forEach(one::learn);
    Collections.shuffle(observations, new Random(7));
    var other = new History(Prior.BUILT_IN);
    for (int i = 0; i < observations.size(); i++) {
      other.learn(observations.get(i));
      if (i % 1000 == 0) {
        other.calibration();
      }
    }

    // Then
    for (String model : List.of("own", "another", "model-12288")) {
      Forecast first = forecast(one, model);
      Forecast second = forecast(other, model);
      assertThat(first.p50()).isEqualTo(second.p50());
      assertThat(first.p95()).isEqualTo(second.p95());
    }
    assertThat(one.calibration().knowledge(kind("own")))
        .isEqualTo(other.calibration().knowledge(kind("own")));
  }

  @Test
  void remembersTheNewestRunsOfANetwork() {
    // Given
    var history = new History(Prior.UNKNOWN_GPU);
    for (int i = 0; i < 5 * History.MAX_RUNS; i++) {
      history.learn(observation("job-" + i, kind("own"), Duration.ofHours(i), 4000, 5000));
    }

    // When, then
    assertThat(history.calibration().knowledge(kind("own")).runs()).isEqualTo(History.MAX_RUNS);
  }

  @Test
  void forgetsTheNetworksThatRanLongAgo() {
    // Given
    var history = new History(Prior.UNKNOWN_GPU);
    var cluster = new SyntheticCluster(3, 1200, 1.02);

    // When
    for (int i = 0; i < 4 * History.MAX_NETWORKS; i++) {
      history.learn(cluster.next());
    }

    // Then
    assertThat(history.calibration().knowledge(kind("model-1")).runs()).isZero();
    assertThat(history.calibration().knowledge(kind("model-16384")).runs()).isOne();
    assertThat(history.calibration().knowledge(kind("another")).jobs())
        .isEqualTo(History.MAX_NETWORKS);
  }

  @Test
  void learnsARunOnce() {
    // Given
    var history = new History(Prior.UNKNOWN_GPU);

    // When its peaks are settled again, later and larger
    history.learn(observation("job", kind("own"), Duration.ofHours(1), 4000, 5000));
    history.learn(observation("job", kind("own"), Duration.ofHours(2), 4000, 5500));

    // Then
    assertThat(history.calibration().knowledge(kind("own")).jobs()).isOne();
  }

  @Test
  void answersStayAsTheyWere() {
    // Given
    var history = new History(Prior.UNKNOWN_GPU);
    Calibration before = history.calibration();

    // When
    history.learn(observation("job", kind("own"), Duration.ofHours(1), 4000, 9000));

    // Then
    assertThat(before.knowledge(kind("own")).jobs()).isZero();
    assertThat(history.calibration().knowledge(kind("own")).jobs()).isOne();
  }

  private static Forecast forecast(History history, String model) {
    return history.calibration().forecast(kind(model), predicted(4000), MeasuredSize.DEVICE);
  }
}
