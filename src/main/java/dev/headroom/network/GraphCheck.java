package dev.headroom.network;

import dev.headroom.network.operation.Convolution;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.To;
import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Walks a graph once: every name must be known before it is used, every shape must fit.
final class GraphCheck {

  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Layer> known = new HashMap<>();
  private int tensors;

  GraphCheck(List<Input> inputs, List<Layer> layers) {
    for (Input input : inputs) {
      if (values.put(input.name(), Value.batched(input.shape())) != null) {
        throw new IllegalArgumentException("input named twice: " + input.name());
      }
    }
    var names = new HashMap<String, Integer>();
    for (int i = 0; i < layers.size(); i++) {
      names.put(layers.get(i).name(), i);
    }
    for (int i = 0; i < layers.size(); i++) {
      add(layers.get(i), i, names);
    }
  }

  Map<String, Value> values() {
    return Map.copyOf(values);
  }

  private void add(Layer layer, int index, Map<String, Integer> names) {
    try {
      Value value = result(layer);
      checkTraits(layer, index, names);
      tensors += layer.operation().parameters().size();
      if (tensors > Network.MAX_TENSORS) {
        throw new IllegalArgumentException(
            "more than " + Network.MAX_TENSORS + " parameter tensors up to here");
      }
      if (values.put(layer.name(), value) != null) {
        throw new IllegalArgumentException("name used twice");
      }
      known.put(layer.name(), layer);
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw new IllegalArgumentException(
          "layer " + layer.name() + ": " + wrong.getMessage(), wrong);
    }
  }

  private Value result(Layer layer) {
    Operation operation = layer.operation();
    int given = layer.inputs().size();
    Extents.atLeast("inputs", given, operation.minInputs());
    if (given > operation.maxInputs()) {
      throw new IllegalArgumentException("inputs > " + operation.maxInputs() + ": " + given);
    }
    var inputs = new ArrayList<Value>(given);
    for (String name : layer.inputs()) {
      Value value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException("input names no earlier layer: " + name);
      }
      inputs.add(value);
    }
    Value weight = values.get(layer.traits().weight());
    Value inferred =
        operation instanceof Convolution convolution && weight != null && weight.batched()
            ? convolution.resultForEachSample(inputs.getFirst())
            : operation.result(inputs);
    return switch (layer.traits().batched()) {
      case DEFAULT -> grows(operation, inferred);
      case BATCHED -> inferred.growing(true);
      case FIXED -> inferred.growing(false);
    };
  }

  /// A result grows with the batch unless its layer says otherwise; leaves and their casts do not.
  private static Value grows(Operation operation, Value inferred) {
    return operation instanceof Leaf || operation instanceof To ? inferred : inferred.growing(true);
  }

  private void checkTraits(Layer layer, int index, Map<String, Integer> names) {
    Layer.Traits traits = layer.traits();
    if (!traits.shares().isEmpty()) {
      Layer owner = known.get(traits.shares());
      if (owner == null) {
        throw new IllegalArgumentException("shares names no earlier layer: " + traits.shares());
      }
      if (!owner.operation().parameters().equals(layer.operation().parameters())) {
        throw new IllegalArgumentException(
            "shares parameters of another shape: " + traits.shares());
      }
    }
    if (!traits.weight().isEmpty() && !values.containsKey(traits.weight())) {
      throw new IllegalArgumentException("weight names no earlier layer: " + traits.weight());
    }
    if (!traits.biasFrom().isEmpty() && !values.containsKey(traits.biasFrom())) {
      throw new IllegalArgumentException("bias_from names no earlier layer: " + traits.biasFrom());
    }
    if (layer.operation() instanceof To to
        && !to.dtypeOf().isEmpty()
        && !values.containsKey(to.dtypeOf())) {
      throw new IllegalArgumentException("dtype_of names no earlier value: " + to.dtypeOf());
    }
    if (!traits.heldUntil().isEmpty()) {
      Integer until = names.get(traits.heldUntil());
      if (until == null || until < index) {
        throw new IllegalArgumentException(
            "held_until names no later layer: " + traits.heldUntil());
      }
    }
  }
}
