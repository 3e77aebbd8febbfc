package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.KnownOverheads;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// A folder of references that are not in the project (`-Dheadroom.witness=FOLDER`; src/test/rig
/// makes them), judged and printed. docs/accuracy.md keeps what it said.
@EnabledIfSystemProperty(named = AccuracyTest.FOLDER, matches = ".+")
class AccuracyTest {

  static final String FOLDER = "headroom.witness";

  @Test
  void nearlyEveryRunIsExactAndSaysSoRightly() {
    // Given
    Path folder = Path.of(System.getProperty(FOLDER));
    // When
    var accuracy = Accuracy.of(new Predictor(new KnownOverheads()), folder);
    accuracy.misses().forEach(System.out::println);
    System.out.println(accuracy.table());
    // Then
    assertThat(accuracy.results()).isNotEmpty();
    assertThat(accuracy.exactShare()).as("exact").isGreaterThanOrEqualTo(0.97);
    assertThat(accuracy.worst()).as("worst").isLessThanOrEqualTo(0.03);
    assertThat(accuracy.earnedShare()).as("of those that say exact").isGreaterThanOrEqualTo(0.995);
  }
}
