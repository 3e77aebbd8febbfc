package dev.headroom.cli.predict;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.budget.Budget;
import dev.headroom.budget.Peak;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.RunMode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/// A prediction for programs: one JSON object on one line, sizes in bytes.
final class PredictionJson {

  private static final JsonFactory JSON = new JsonFactory();

  private PredictionJson() {}

  static String line(String file, LayerConfig config, Prediction prediction) {
    return object(
        json -> {
          json.writeStringField("file", file);
          json.writeStringField("job", config.job());
          if (prediction instanceof Budget budget) {
            budget(json, budget, config.setup().mode());
          }
          trust(json, prediction);
        });
  }

  static String line(String file, LayerConfig config, CudaDevice gpu, LargestBatch largest) {
    return object(
        json -> {
          json.writeStringField("file", file);
          json.writeStringField("job", config.job());
          json.writeStringField("gpu", gpu.name());
          json.writeNumberField("gpu_total_bytes", gpu.model().total().bytes());
          size(json, "gpu_usable_bytes", gpu.usable());
          switch (largest) {
            case LargestBatch.None(Unsupported why) -> trust(json, why);
            case LargestBatch.TooLarge(Budget one) -> largest(json, 0, one);
            case LargestBatch.Fits(int batch, Budget fits) -> largest(json, batch, fits);
          }
        });
  }

  private static void largest(JsonGenerator json, int batch, Budget budget) throws IOException {
    json.writeNumberField("largest_batch", batch);
    size(json, "device_p50_bytes", budget.peak().device());
    size(json, "device_p95_bytes", budget.peak().deviceP95());
    trust(json, budget);
  }

  private static void trust(JsonGenerator json, Prediction prediction) throws IOException {
    json.writeStringField("confidence", prediction.confidence().wireName());
    texts(json, "reasons", prediction.reasons());
  }

  private static void budget(JsonGenerator json, Budget budget, RunMode mode) throws IOException {
    json.writeNumberField("parameters", budget.parameters());
    size(json, "parameter_bytes", budget.parameterBytes());
    size(json, "buffer_bytes", budget.bufferBytes());
    size(json, "gradient_bytes", budget.gradientBytes());
    size(json, "optimizer_state_bytes", budget.optimizerStateBytes());
    size(json, "saved_bytes", budget.saved());
    if (mode == RunMode.TRAINING) {
      size(json, "after_forward_bytes", budget.afterForward());
    }
    Peak peak = budget.peak();
    json.writeObjectFieldStart("peak");
    size(json, "tensor_bytes", peak.tensor());
    size(json, "allocated_bytes", peak.allocated());
    size(json, "reserved_bytes", peak.reserved());
    size(json, "device_p50_bytes", peak.device());
    size(json, "device_p95_bytes", peak.deviceP95());
    size(json, "kernel_temporaries_allocated_bytes", peak.kernelTemporaries().allocated());
    size(json, "kernel_temporaries_reserved_bytes", peak.kernelTemporaries().reserved());
    json.writeStringField("phase", peak.phase().wireName());
    json.writeStringField("layer", peak.layer());
    json.writeEndObject();
    sizes(json, "categories", budget.categories());
    sizes(json, "category_maxima", budget.categoryMaxima());
  }

  private static void sizes(JsonGenerator json, String field, Map<Category, MemorySize> sizes)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<Category, MemorySize> entry : sizes.entrySet()) {
      size(json, entry.getKey().wireName(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static void size(JsonGenerator json, String field, MemorySize size) throws IOException {
    json.writeNumberField(field, size.bytes());
  }

  private static void texts(JsonGenerator json, String field, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static String object(Fields fields) {
    var line = new StringWriter(1024);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return line.toString();
  }
}
