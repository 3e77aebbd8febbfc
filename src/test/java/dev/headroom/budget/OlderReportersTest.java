package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headroom.budget.device.KnownOverheads;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Configs of reporters that do not say lifetimes or the order of the model's tensors yet.
class OlderReportersTest {

  private static final List<String> NEWER = List.of("held_until", "placed", "stepped");

  @Test
  void areAnsweredWithinThreeHundredthsInTheMedian() {
    // Given every reference network without what is newer
    var predictor = new Predictor(new KnownOverheads());
    var differences = new ArrayList<FigureDifference>();
    for (String network : GoldenReferences.networks()) {
      for (GoldenReferences.Run run : GoldenReferences.runs(network, OlderReportersTest::older)) {
        // When
        Prediction prediction = predictor.predict(run.config());
        // Then
        assertThat(prediction.confidence()).as(run.title()).isEqualTo(Confidence.MODELLED);
        differences.add(FigureDifference.of(run, prediction));
      }
    }
    for (String size :
        List.of("tensor_peak_bytes", "replayed_allocated_peak_bytes", "reserved_peak_bytes")) {
      double[] off = differences.stream().mapToDouble(it -> it.off(size)).sorted().toArray();
      System.out.printf(
          "%s: median %.4f, 90th percentile %.4f, worst %.4f of %d runs%n",
          size, off[off.length / 2], off[off.length * 9 / 10], off[off.length - 1], off.length);
      assertThat(off[off.length / 2]).as(size).isLessThan(0.03);
    }
  }

  private static void older(ObjectNode config) {
    config.remove("lifetimes");
    for (JsonNode layer : config.get("layers")) {
      ((ObjectNode) layer).remove(NEWER);
    }
  }
}
