package dev.headroom.budget.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.GoldenReferences;
import dev.headroom.network.Network;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.tensor.DType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnprovenLayersTest {

  private static final String KEPT = "CachedBias";
  private static final Precision DOUBLES = new Precision(DType.FLOAT64, DType.FLOAT64);

  @Test
  void whatEvaluationMayKeepIsNotProvenUnlessTheConfigSaysIt() {
    // Given a network that keeps a bias made of parameters, with a config that cannot say so
    List<String> evaluated = reasons(GoldenReferences.runs(KEPT).stream(), "inference");
    // Then evaluation names each of them, training none
    assertThat(evaluated)
        .containsExactly(
            "layers blocks.0.index, blocks.1.index, blocks.2.index: made of parameters alone; the"
                + " config does not say whether evaluation keeps it (their results: 3145728"
                + " bytes)");
    assertThat(reasons(GoldenReferences.runs(KEPT).stream(), "training")).isEmpty();
  }

  @Test
  void aConfigThatSaysItIsProven() {
    // Given
    Stream<GoldenReferences.Run> observed =
        GoldenReferences.observedRuns().stream().filter(run -> run.network().equals(KEPT));
    // Then
    assertThat(reasons(observed, "inference")).isEmpty();
  }

  @Test
  void kindsWithoutAReferenceAreNamedWithTheirBytes() {
    // Given a network in a setting that no reference shows
    GoldenReferences.Run run = GoldenReferences.runs("resnet18").getFirst();
    var network = (Network) run.config().description();
    var setup = run.config().setup().withPrecision(DOUBLES);
    // When
    var doubts = new UnprovenLayers(network, setup);
    // Then
    assertThat(doubts.reasons()).isNotEmpty();
    assertThat(doubts.reasons())
        .allMatch(it -> it.matches("layers? .*: no reference shows .* bytes\\)"));
    assertThat(network.layers().stream().anyMatch(doubts::about)).isTrue();
  }

  private static List<String> reasons(Stream<GoldenReferences.Run> runs, String mode) {
    return runs.filter(run -> run.setup().path("mode").asText().equals(mode))
        .filter(run -> !run.setup().has("precision"))
        .map(run -> new UnprovenLayers((Network) run.config().description(), run.config().setup()))
        .flatMap(doubts -> doubts.reasons().stream())
        .distinct()
        .toList();
  }
}
