package dev.headroom.budget.reference;

import dev.headroom.budget.model.LayerIndex;
import dev.headroom.network.Layer;
import dev.headroom.network.Network;
import dev.headroom.network.operation.Activation;
import dev.headroom.network.operation.Arithmetic;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.Concat;
import dev.headroom.network.operation.Contiguous;
import dev.headroom.network.operation.Convolution;
import dev.headroom.network.operation.Matmul;
import dev.headroom.network.operation.Opaque;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.Pad;
import dev.headroom.network.operation.PaddingMode;
import dev.headroom.network.operation.To;
import dev.headroom.network.operation.View;
import java.util.TreeSet;

/// Kinds of layers that one rule of the model stands for: what a reference has shown of one layer
/// holds for all of its kind.
///
/// A kind is a type and what changes its rule. What a view, a copy, a product, attention, or an
/// operator without a type does depends on how its inputs lie: its kind names their makers, too.
final class LayerKinds {

  /// More types of makers are left out.
  private static final int MOST_MAKERS = 4;

  private final Network network;
  private final LayerIndex index;

  LayerKinds(Network network, LayerIndex index) {
    this.network = network;
    this.index = index;
  }

  String of(Layer layer) {
    String kind = type(layer);
    if (!dependsOnMakers(layer.operation()) || isObserved(layer)) {
      return kind;
    }
    var makers = new TreeSet<String>();
    for (String input : layer.inputs()) {
      makers.add(maker(input));
    }
    while (makers.size() > MOST_MAKERS) {
      makers.removeLast();
    }
    return makers.isEmpty() ? kind : kind + " of " + String.join("+", makers);
  }

  /// Of a view, what its gradient does is all that its makers would tell; not of what attention
  /// answers, which may have to be copied.
  private boolean isObserved(Layer layer) {
    int from = layer.inputs().isEmpty() ? -1 : index.of(layer.inputs().getFirst());
    boolean attended = from >= 0 && network.layers().get(from).operation() instanceof Attention;
    return layer.operation() instanceof View && layer.traits().gradientCopies() >= 0 && !attended;
  }

  private String maker(String input) {
    int at = index.of(input);
    return at < 0 ? "input" : network.layers().get(at).operation().type();
  }

  private static boolean dependsOnMakers(Operation operation) {
    return operation instanceof View
        || operation instanceof Contiguous
        || operation instanceof Matmul
        || operation instanceof Opaque
        || operation instanceof Concat
        || operation instanceof Attention
        || operation instanceof To;
  }

  private static String padded(PaddingMode mode) {
    return mode == PaddingMode.CONSTANT ? "" : " padded by " + mode.wireName();
  }

  private static String type(Layer layer) {
    var text = new StringBuilder(layer.operation().type());
    switch (layer.operation()) {
      case Opaque it -> text.append(' ').append(it.operator());
      case Attention it -> {
        text.append(' ').append(it.backend().wireName());
        text.append(layer.inputs().size() > 3 ? " biased" : "");
        text.append(it.headDim() % 8 == 0 ? "" : " padded");
      }
      case Convolution it -> text.append(padded(it.paddingMode()));
      case Pad it -> text.append(padded(it.mode()));
      case Activation it -> text.append(it.inplace() ? " inplace" : "");
      case Arithmetic it -> {
        text.append(layer.inputs().size() == 1 ? " number" : "");
        text.append(it.inplace() ? " inplace" : "");
      }
      default -> {}
    }
    Layer.Traits traits = layer.traits();
    text.append(traits.weight().isEmpty() ? "" : " computed weight");
    text.append(traits.biasFrom().isEmpty() ? "" : " computed bias");
    text.append(traits.shares().isEmpty() ? "" : " shared");
    text.append(traits.trainable() ? "" : " frozen");
    text.append(traits.autocast() ? "" : " autocast off");
    text.append(traits.heldInEvaluation() || traits.heldInTraining() ? " held" : "");
    text.append(traits.gradientCopies() < 0 ? "" : " observed");
    return text.toString();
  }
}
