package dev.headroom.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.evaluation.Accuracy;
import dev.headroom.calibration.evaluation.Evaluation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The drawing area of errors is 240 high, from 316 upwards; that of coverage 80, from 484.
class EvaluationPictureTest {

  private static final Accuracy NONE =
      new Accuracy(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);

  @Test
  void drawsErrorsAndCoverageOverWhatWasLearned() {
    // Given errors up to 16 %, so that the scale ends at 20 %
    Map<Integer, Accuracy> others = new LinkedHashMap<>();
    others.put(0, accuracy(0.1, 0.16, 0.925));
    others.put(10, accuracy(0.05, 0.1, 1));
    others.put(50, NONE);
    Map<Integer, Accuracy> same = new LinkedHashMap<>();
    same.put(1, accuracy(0.02, 0.04, 0.5));
    same.put(2, accuracy(0.01, 0.02, 0.85));

    // When
    String svg = EvaluationPicture.of(new Evaluation(others, same));

    // Then: four columns of 84 between 64 and 24
    assertThat(svg)
        .startsWith("<svg ")
        .endsWith("</svg>\n")
        .contains("viewBox=\"0 0 424 520\"")
        .contains(
            """
            <line x1="64" x2="408" y1="316.0" y2="316.0" stroke="#e2e8f0"/>
            <text x="56" y="320.0" text-anchor="end">0 %</text>
            """)
        .contains(
            """
            <line x1="64" x2="408" y1="76.0" y2="76.0" stroke="#e2e8f0"/>
            <text x="56" y="80.0" text-anchor="end">20 %</text>
            """)
        .doesNotContain("25 %")
        .contains(
            """
            <polygon points="106.0,124.0 190.0,196.0 190.0,316.0 106.0,316.0 " fill="#dbeafe" opacity="0.6"/>
            <polyline points="106.0,124.0 190.0,196.0 " fill="none" stroke="#93c5fd" stroke-width="1.5"/>
            <polyline points="106.0,196.0 190.0,256.0 " fill="none" stroke="#1d4ed8" stroke-width="2.5"/>
            <line x1="106.0" x2="106.0" y1="196.0" y2="124.0" stroke="#93c5fd"/>
            <circle cx="106.0" cy="196.0" r="4.5" fill="#1d4ed8"/>
            <text x="114.0" y="190.0" fill="#1d4ed8" font-weight="bold">10.0 %</text>
            <text x="114.0" y="120.0" fill="#3b82f6">16 %</text>
            <text x="106.0" y="334" text-anchor="middle">0</text>
            <rect x="86.0" y="444.0" width="40" height="40.0" fill="#a7f3d0"/>
            <text x="106.0" y="502" text-anchor="middle">92.5 %</text>
            """)
        .contains(">10</text>\n<rect x=\"170.0\" y=\"404.0\" width=\"40\" height=\"80.0\"")
        .contains(">1 own run</text>\n<rect x=\"254.0\" y=\"484.0\" width=\"40\" height=\"0.0\"")
        .contains(">2 own runs</text>\n")
        .doesNotContain(">50</text>")
        .contains(
            """
            <text x="64" y="396">share of runs within P95 (19 of 20 are promised)</text>
            <line x1="64" x2="408" y1="430.7" y2="430.7" stroke="#f59e0b" stroke-dasharray="5 4"/>
            <text x="56" y="434.7" text-anchor="end">95 %</text>
            """);
  }

  @Test
  void theScaleOfErrorsEndsAtFivePercentAtLeast() {
    String svg = EvaluationPicture.of(new Evaluation(Map.of(), Map.of()));
    assertThat(svg).contains("viewBox=\"0 0 88 520\"", ">5 %</text>").doesNotContain(">10 %<");
  }

  private static Accuracy accuracy(double median, double p90, double coverage) {
    return new Accuracy(median, p90, 0, coverage, 1, 0, 7);
  }
}
