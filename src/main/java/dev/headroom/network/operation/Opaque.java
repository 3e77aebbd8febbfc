package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Anything else, described by what it holds.
///
/// @param parameterCount how many trained numbers it has
/// @param savesInputs positions of inputs that it saves
/// @param savedBytesPerSample what it saves beyond inputs and output, for each sample
/// @param savedBytes the same, once a batch
public record Opaque(
    String operator,
    TensorShape outputShape,
    long parameterCount,
    List<Integer> savesInputs,
    boolean savesOutput,
    long savedBytesPerSample,
    long savedBytes)
    implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("opaque", Opaque.class)
              .strings("operator")
              .integers(
                  "output_shape",
                  "parameters",
                  "saves_inputs",
                  "saved_bytes_per_sample",
                  "saved_bytes")
              .booleans("saves_output")
              .read(
                  in ->
                      new Opaque(
                          in.string("operator"),
                          in.shape("output_shape"),
                          in.longInteger("parameters", 0),
                          in.integers("saves_inputs", List.of()),
                          in.bool("saves_output", false),
                          in.longInteger("saved_bytes_per_sample", 0),
                          in.longInteger("saved_bytes", 0))));

  private static final int MAX_INPUTS = 1 << 20;

  public Opaque {
    Extents.atLeast("parameters", parameterCount, 0);
    Extents.atLeast("saved_bytes_per_sample", savedBytesPerSample, 0);
    Extents.atLeast("saved_bytes", savedBytes, 0);
    savesInputs = Extents.atLeast("saves_inputs", savesInputs, 0);
    for (int position : savesInputs) {
      if (position >= MAX_INPUTS) {
        throw new IllegalArgumentException("saves_inputs >= " + MAX_INPUTS + ": " + position);
      }
    }
  }

  @Override
  public String type() {
    return "opaque";
  }

  @Override
  public void write(AttributeWriter out) {
    out.string("operator", operator);
    out.shape("output_shape", outputShape);
    out.integer("parameters", parameterCount);
    out.integers("saves_inputs", savesInputs);
    out.bool("saves_output", savesOutput);
    out.integer("saved_bytes_per_sample", savedBytesPerSample);
    out.integer("saved_bytes", savedBytes);
  }

  @Override
  public int minInputs() {
    return savesInputs.stream().mapToInt(i -> i + 1).max().orElse(0);
  }

  @Override
  public int maxInputs() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Value result(List<Value> inputs) {
    return Value.batched(outputShape);
  }

  @Override
  public List<TensorShape> parameters() {
    return parameterCount == 0 ? List.of() : List.of(TensorShape.of(parameterCount));
  }
}
