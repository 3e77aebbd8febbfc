package dev.headroom.budget.iteration;

import dev.headroom.budget.autograd.Autocast;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.SavedTensorVersions;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.model.DeviceModel;
import dev.headroom.budget.model.LayerIndex;
import dev.headroom.budget.model.Sharding;
import dev.headroom.budget.operators.LossRules;
import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Set-up and steps of a job as events: a cold first step, and the step that all later ones repeat.
public final class Iteration {

  /// Micro-steps after the second one add into gradients that are there: each repeats it, so that
  /// more of them than this reserve nothing more.
  private static final int LIKE_MORE = 4;

  public final AllocationLog log = new AllocationLog();
  public final DeviceModel model;
  private final Network network;
  private final TrainingSetup setup;
  private final SavedTensorVersions saves;
  private final Sharding sharding;
  private final GatheredUnits units;
  private final ForwardPass forward;
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Map<String, Tensor> targets = new HashMap<>();
  private final ParameterGradients gradients;

  /// Events up to here are set-up; from there to `first` the first step; then, if the first one
  /// leaves anything behind, the step that later ones repeat.
  public final int setupEnd;

  public final int firstEnd;
  public long afterForward;
  public long gradientBytes;
  public long stateBytes;
  public int savedFrom;
  public int savedTo;

  public Iteration(LayerConfig config, Network network) {
    this.network = network;
    setup = config.setup();
    saves = SavedTensorVersions.of(config.framework());
    sharding = Sharding.of(setup.parallelism());
    var index = new LayerIndex(network.layers());
    model =
        new DeviceModel(
            network, index, setup.precision().parameters(), sharding.ofParameters(), log);
    units = new GatheredUnits(network, model, setup.parallelism(), sharding.ofParameters() > 1);
    log.at(IterationPhase.SETUP, -1);
    for (Input input : network.inputs()) {
      DType dtype = input.dtype().isFloating() ? setup.precision().parameters() : input.dtype();
      inputs.put(input.name(), resident(network.value(input.name()).elements(batch()), dtype));
    }
    for (String name : network.loss().inputs()) {
      target(name);
    }
    forward = new ForwardPass(network, setup, model, units, index, inputs);
    gradients = new ParameterGradients(model.parameters(), sharding.ofGradients());
    if (sharding.buckets() && setup.mode() == RunMode.TRAINING) {
      log.at(IterationPhase.SETUP, -1);
      log.allocate(model.trainedBytes(), Category.OTHER, true).retain();
    }
    if (isTraining()) {
      stateBytes = OptimizerStep.prepare(log, model, setup.optimizer(), sharding.ofState());
    }
    setupEnd = log.size();
    step(true);
    firstEnd = log.size();
    if (isTraining() ? !setup.gradients().setToNone() : forward.holds()) {
      step(false);
    }
  }

  private long batch() {
    return setup.batchSize();
  }

  private void target(String name) {
    Loss.Kind kind = network.loss().kind();
    boolean shared = kind == Loss.Kind.CROSS_ENTROPY && !targets.isEmpty();
    if (kind == Loss.Kind.NONE || shared) {
      return;
    }
    Value value = network.value(name);
    long classes = value.shape().rank() == 0 ? 1 : value.shape().extent(0);
    long elements = LossRules.targetElements(kind, value.elements(batch()), classes);
    DType dtype = LossRules.targetFormat(kind, setup.precision().parameters());
    targets.put(name, resident(elements, dtype));
  }

  private Tensor resident(long elements, DType dtype) {
    long bytes = Math.multiplyExact(elements, (long) dtype.bytes());
    return new Tensor(
        log.allocate(bytes, Category.INPUT_DATA, true), elements, dtype, Layout.CONTIGUOUS);
  }

  private void step(boolean first) {
    boolean training = setup.mode() == RunMode.TRAINING;
    int micro = training ? setup.gradients().accumulationSteps() : 1;
    for (int i = 0; i < micro; i++) {
      var pass = new Pass(log, saves, training);
      model.join(pass);
      var autocast = new Autocast(setup.precision(), model.parameters());
      if (i == 0) {
        savedFrom = log.storages();
      }
      log.at(IterationPhase.FORWARD, -1);
      forward.run(pass, autocast);
      Tensor loss = training ? loss(pass, autocast) : null;
      log.at(training ? IterationPhase.LOSS : IterationPhase.FORWARD, -1);
      autocast.leave(pass);
      if (i == 0) {
        savedTo = log.storages();
        afterForward = Math.addExact(log.live(), 0);
      }
      boolean keeps = training && forward.hasSeveralOutputs();
      if (!keeps) {
        forward.end(pass);
      }
      if (loss != null) {
        backward(pass, loss);
      }
      if (keeps) {
        forward.end(pass);
      }
      if (i == 0 && micro > LIKE_MORE) {
        micro = LIKE_MORE;
      }
    }
    if (!training) {
      return;
    }
    gradientBytes = gradients.bytes();
    var pass = new Pass(log, saves, false);
    long made =
        OptimizerStep.run(pass, model, gradients, setup.optimizer(), sharding.ofState(), first);
    if (first) {
      stateBytes = Math.addExact(stateBytes, made);
      afterForward = Math.addExact(afterForward, made);
    }
    if (setup.gradients().setToNone()) {
      for (int parameter : model.stepOrder()) {
        gradients.release(pass, parameter);
      }
    }
  }

  private @Nullable Tensor loss(Pass pass, Autocast autocast) {
    log.at(IterationPhase.LOSS, -1);
    Tensor total = null;
    Tensor shared = targets.values().stream().findFirst().orElse(null);
    for (String name : network.loss().inputs()) {
      Tensor output = forward.result(name);
      Tensor target = targets.getOrDefault(name, shared);
      if (output != null) {
        Tensor term =
            LossRules.term(
                pass, network.loss().kind(), output, target == null ? output : target, autocast);
        total = total == null ? term : LossRules.sum(pass, total, term);
      }
    }
    return total;
  }

  private void backward(Pass pass, Tensor loss) {
    log.at(IterationPhase.BACKWARD, -1);
    pass.setRecording(false);
    GraphNode root = loss.node;
    if (root != null) {
      Tensor start = pass.gradientOf(1, loss.dtype);
      var again = new Autocast(setup.precision(), model.parameters());
      new BackwardPass(
              pass,
              gradients,
              units,
              segment -> {
                forward.again(pass, again, segment);
                again.leave(pass);
              })
          .run(root, start.retain());
      units.release(pass);
      log.at(IterationPhase.BACKWARD, -1);
      pass.release(start);
    }
    pass.release(loss);
  }

  public boolean isTraining() {
    return setup.mode() == RunMode.TRAINING;
  }

  public boolean hasSteadyStep() {
    return log.size() > firstEnd;
  }
}
