package dev.headroom.network;

import dev.headroom.network.operation.Operation;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Polynomial;
import dev.headroom.network.tensor.TensorShape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One layer of the graph: its place (name, inputs), what it does, and what is special about it.
///
/// @param name a module path, unique in the network
/// @param inputs earlier layers or inputs of the network, in the order of the arguments
/// @param traits what may be said of any layer
public record Layer(String name, List<String> inputs, Operation operation, Traits traits) {

  public Layer {
    inputs = List.copyOf(inputs);
  }

  public static Layer of(String name, List<String> inputs, Operation operation) {
    return new Layer(name, inputs, operation, Traits.NONE);
  }

  /// Whether tensors of the model belong to it: parameters or buffers that no earlier layer has.
  public boolean ownsTensors() {
    return traits.shares().isEmpty()
        && !(ownParameters().isEmpty() && operation.buffers().isEmpty());
  }

  /// Parameters of its own: a weight that an earlier layer computed is none.
  public List<TensorShape> ownParameters() {
    List<TensorShape> shapes = operation.parameters();
    boolean computed = !traits.weight().isEmpty() && !shapes.isEmpty();
    return computed ? shapes.subList(1, shapes.size()) : shapes;
  }

  /// What may be said of any layer; an empty name means that nothing is said.
  ///
  /// @param shares the layer whose parameters this one uses
  /// @param weight the earlier value that is this layer's weight, not a parameter of its own
  /// @param biasFrom the earlier value that is this layer's bias
  /// @param heldUntil the layer up to which a reference keeps this layer's result alive
  /// @param call the framework call that made this layer, where one made several: `linear#12`
  /// @param trainable whether its parameters are trained
  /// @param trainingOnly whether evaluation leaves it out
  /// @param autocast whether autocast acts on it; not where the model switches that off inside
  /// @param heldInEvaluation whether the module keeps the result of the first evaluation
  /// @param heldInTraining whether the module keeps the result of the first pass in training
  /// @param requiresGrad whether gradients flow through it; not within `torch.no_grad()`, and not
  ///     through what is detached
  /// @param batched whether its result grows with the batch, where the config says so
  /// @param dtype the format of its result, where it is not the model's
  /// @param placed the place of its first tensor in the order of `Module.to()`, −1 if unknown
  /// @param stepped its place in the order of `Module.parameters()`, −1 if unknown
  /// @param gradientCopies how often its backward pass copies the gradient, −1 if nobody looked
  /// @param dynamic which attributes follow the extents of the inputs: a polynomial for each of
  ///     their numbers, none for one that does not follow
  /// @param unknown attributes that were given and that no layer of its type has
  public record Traits(
      String shares,
      String weight,
      String biasFrom,
      String heldUntil,
      String call,
      boolean trainable,
      boolean trainingOnly,
      boolean autocast,
      boolean heldInEvaluation,
      boolean heldInTraining,
      boolean requiresGrad,
      Growth batched,
      @Nullable DType dtype,
      int placed,
      int stepped,
      int gradientCopies,
      Map<String, List<@Nullable Polynomial>> dynamic,
      List<String> unknown) {

    public static final Traits NONE = new Builder().build();

    public Traits {
      unknown = List.copyOf(unknown);
    }

    public static Builder builder() {
      return new Builder();
    }
  }

  /// Collects what is said of a layer; what is not said is as in [Traits#NONE].
  public static final class Builder {

    private String shares = "";
    private String weight = "";
    private String biasFrom = "";
    private String heldUntil = "";
    private String call = "";
    private boolean trainable = true;
    private boolean trainingOnly;
    private boolean autocast = true;
    private boolean heldInEvaluation;
    private boolean heldInTraining;
    private boolean requiresGrad = true;
    private Growth batched = Growth.DEFAULT;
    private @Nullable DType dtype;
    private int placed = -1;
    private int stepped = -1;
    private int gradientCopies = -1;
    private Map<String, List<@Nullable Polynomial>> dynamic = Map.of();
    private List<String> unknown = List.of();

    private Builder() {}

    public Builder shares(String name) {
      shares = name;
      return this;
    }

    public Builder weight(String name) {
      weight = name;
      return this;
    }

    public Builder biasFrom(String name) {
      biasFrom = name;
      return this;
    }

    public Builder heldUntil(String name) {
      heldUntil = name;
      return this;
    }

    public Builder call(String name) {
      call = name;
      return this;
    }

    public Builder trainable(boolean is) {
      trainable = is;
      return this;
    }

    public Builder trainingOnly(boolean is) {
      trainingOnly = is;
      return this;
    }

    public Builder autocast(boolean acts) {
      autocast = acts;
      return this;
    }

    public Builder heldInEvaluation(boolean is) {
      heldInEvaluation = is;
      return this;
    }

    public Builder heldInTraining(boolean is) {
      heldInTraining = is;
      return this;
    }

    public Builder requiresGrad(boolean is) {
      requiresGrad = is;
      return this;
    }

    public Builder batched(Growth growth) {
      batched = growth;
      return this;
    }

    public Builder dtype(DType format) {
      dtype = format;
      return this;
    }

    public Builder placed(int place) {
      placed = place;
      return this;
    }

    public Builder stepped(int place) {
      stepped = place;
      return this;
    }

    public Builder gradientCopies(int number) {
      gradientCopies = number;
      return this;
    }

    public Builder dynamic(Map<String, List<@Nullable Polynomial>> rules) {
      dynamic = rules;
      return this;
    }

    public Builder unknown(List<String> attributes) {
      unknown = attributes;
      return this;
    }

    /// The format that was said, if any.
    public @Nullable DType dtype() {
      return dtype;
    }

    public Traits build() {
      return new Traits(
          shares,
          weight,
          biasFrom,
          heldUntil,
          call,
          trainable,
          trainingOnly,
          autocast,
          heldInEvaluation,
          heldInTraining,
          requiresGrad,
          batched,
          dtype,
          placed,
          stepped,
          gradientCopies,
          dynamic,
          unknown);
    }
  }

  /// Whether a result grows with the batch.
  public enum Growth {
    /// The config does not say: it does, except for parameters, buffers and constants.
    DEFAULT,
    BATCHED,
    FIXED
  }
}
