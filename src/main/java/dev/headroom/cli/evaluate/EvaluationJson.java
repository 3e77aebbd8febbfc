package dev.headroom.cli.evaluate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.evaluation.Accuracy;
import dev.headroom.calibration.evaluation.Evaluation;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/// Evaluations for programs; what nothing was judged for is null. The device's stands by itself,
/// those of other sizes under their names.
final class EvaluationJson {

  private static final JsonFactory JSON = new JsonFactory();

  private EvaluationJson() {}

  static String of(Map<MeasuredSize, Evaluation> evaluations) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (Map.Entry<MeasuredSize, Evaluation> entry : evaluations.entrySet()) {
        boolean isDevice = entry.getKey() == MeasuredSize.DEVICE;
        if (!isDevice) {
          json.writeObjectFieldStart(entry.getKey().wireName());
        }
        accuracies(json, "other_jobs", entry.getValue().otherJobs());
        accuracies(json, "same_model", entry.getValue().sameModel());
        if (!isDevice) {
          json.writeEndObject();
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return text.toString();
  }

  private static void accuracies(
      JsonGenerator json, String field, Map<Integer, Accuracy> accuracies) throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<Integer, Accuracy> entry : accuracies.entrySet()) {
      Accuracy accuracy = entry.getValue();
      json.writeObjectFieldStart(String.valueOf(entry.getKey()));
      ratio(json, "median", accuracy.median());
      ratio(json, "p90", accuracy.p90());
      ratio(json, "bias", accuracy.bias());
      ratio(json, "p95_coverage", accuracy.p95Coverage());
      ratio(json, "width", accuracy.width());
      ratio(json, "capped_failures", accuracy.cappedFailures());
      json.writeNumberField("runs", accuracy.runs());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void ratio(JsonGenerator json, String field, double value) throws IOException {
    if (Double.isNaN(value)) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, value);
    }
  }
}
