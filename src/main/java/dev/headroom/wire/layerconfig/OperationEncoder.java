package dev.headroom.wire.layerconfig;

import dev.headroom.network.operation.AttributeWriter;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.wire.json.MessageWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Writes an operation as a layer's type and attributes, as [OperationDecoder] reads them.
final class OperationEncoder implements AttributeWriter {

  private final MessageWriter out;

  private OperationEncoder(MessageWriter out) {
    this.out = out;
  }

  static void write(Operation operation, MessageWriter out) throws IOException {
    out.string("type", operation.type());
    try {
      operation.write(new OperationEncoder(out));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void bool(String name, boolean value) {
    write(() -> out.bool(name, value));
  }

  @Override
  public void string(String name, String value) {
    write(() -> out.string(name, value));
  }

  @Override
  public void number(String name, double value) {
    write(() -> out.number(name, value));
  }

  @Override
  public void numbers(String name, List<Double> values) {
    write(() -> out.numbers(name, values));
  }

  @Override
  public void integer(String name, long value) {
    write(() -> out.integer(name, value));
  }

  @Override
  public void integers(String name, List<Integer> values) {
    write(() -> out.integers(name, values));
  }

  @Override
  public void shape(String name, TensorShape shape) {
    write(() -> out.shape(name, shape));
  }

  @Override
  public void pairs(String name, List<Integer> sums, boolean asymmetric) {
    write(() -> out.pairs(name, sums, asymmetric));
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void write(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
