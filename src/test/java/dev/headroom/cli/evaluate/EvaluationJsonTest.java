package dev.headroom.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.evaluation.Accuracy;
import dev.headroom.calibration.evaluation.Evaluation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluationJsonTest {

  @Test
  void writesEachFigureAndNullWhereNothingWasJudged() {
    var judged = new Accuracy(0.1, 0.2, -0.3, 0.95, 1.5, 0.05, 7);
    var none =
        new Accuracy(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
    var device = new Evaluation(Map.of(5, judged), Map.of(1, none));
    assertThat(EvaluationJson.of(Map.of(MeasuredSize.DEVICE, device)))
        .isEqualTo(
            """
            {"other_jobs":{"5":{"median":0.1,"p90":0.2,"bias":-0.3,"p95_coverage":0.95,\
            "width":1.5,"capped_failures":0.05,"runs":7}},"same_model":{"1":{"median":null,\
            "p90":null,"bias":null,"p95_coverage":null,"width":null,"capped_failures":null,\
            "runs":0}}}""");
  }

  @Test
  void otherSizesStandUnderTheirNames() {
    var nothing = new Evaluation(Map.of(), Map.of());
    Map<MeasuredSize, Evaluation> evaluations = new LinkedHashMap<>();
    evaluations.put(MeasuredSize.DEVICE, nothing);
    evaluations.put(MeasuredSize.RESERVED, nothing);
    assertThat(EvaluationJson.of(evaluations))
        .isEqualTo(
            """
            {"other_jobs":{},"same_model":{},"reserved":{"other_jobs":{},"same_model":{}}}""");
  }
}
