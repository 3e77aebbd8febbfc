package dev.headroom.budget.iteration;

import dev.headroom.budget.autograd.Autocast;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.SavedTensorVersions;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.model.DeviceModel;
import dev.headroom.budget.model.GradientBuckets;
import dev.headroom.budget.model.LayerIndex;
import dev.headroom.budget.model.Sharding;
import dev.headroom.budget.operators.LossRules;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Set-up and steps of a job, written to a log. Runs once.
final class Iteration {

  /// Micro-steps after the second one add into gradients that are there: each repeats it, so that
  /// more of them than this reserve nothing more.
  private static final int LIKE_MORE = 4;

  private final LayerConfig config;
  private final Network network;
  private final TrainingSetup setup;
  private final boolean training;
  private final SavedTensorVersions saves;
  private final Sharding sharding;
  private final AllocationLog log;
  private final DeviceModel model;
  private final InputData batch;
  private final GatheredUnits units;
  private final ForwardPass forward;
  private final ParameterGradients gradients;
  private long afterForward;
  private long gradientBytes;
  private long stateBytes;
  private int savedFrom;
  private int savedTo;

  private Iteration(
      LayerConfig config,
      Network network,
      LayerIndex index,
      AllocationLog log,
      DeviceModel model,
      InputData batch) {
    this.config = config;
    this.network = network;
    this.log = log;
    this.model = model;
    this.batch = batch;
    setup = config.setup();
    training = setup.mode() == RunMode.TRAINING;
    saves = SavedTensorVersions.of(config.framework());
    sharding = Sharding.of(setup.parallelism());
    units = new GatheredUnits(network, model, setup.parallelism(), sharding.ofParameters() > 1);
    forward = new ForwardPass(network, setup, model, units, index, batch.inputs());
    gradients = new ParameterGradients(model.parameters(), sharding.ofGradients());
  }

  /// The iteration of a config, with the model and a batch on the device.
  static Iteration of(LayerConfig config, Network network) {
    var log = new AllocationLog();
    var index = new LayerIndex(network.layers());
    TrainingSetup setup = config.setup();
    long shards = Sharding.of(setup.parallelism()).ofParameters();
    var model = DeviceModel.place(network, index, setup.precision().parameters(), shards, log);
    log.at(IterationPhase.SETUP, -1);
    return new Iteration(config, network, index, log, model, InputData.place(network, setup, log));
  }

  /// Goes through the rest of set-up and the steps.
  AllocationTrace run() {
    if (training) {
      prepare();
    }
    int setupEnd = log.size();
    step(true);
    int firstStepEnd = log.size();
    if (forward.holds() || (training && !setup.gradients().setToNone())) {
      step(false);
    }
    AllocationEvents events = log.events(savedFrom, savedTo);
    return new AllocationTrace(
        config,
        network,
        events,
        setupEnd,
        firstStepEnd,
        model.sizes(),
        layerParameters(),
        training ? sizes(events) : IterationSizes.NONE);
  }

  private void prepare() {
    if (sharding.buckets()) {
      log.at(IterationPhase.SETUP, -1);
      int cap = setup.parallelism().bucketCapMb();
      for (long bytes : GradientBuckets.sizes(model, cap)) {
        log.allocate(bytes, Category.OTHER, true).retain();
      }
    }
    stateBytes = OptimizerStep.prepare(log, model, setup.optimizer(), sharding.ofState());
  }

  private List<MemorySize> layerParameters() {
    List<Layer> layers = network.layers();
    return IntStream.range(0, layers.size())
        .mapToObj(
            i ->
                layers.get(i).traits().shares().isEmpty()
                    ? model.weights(i).bytes()
                    : MemorySize.ZERO)
        .toList();
  }

  private IterationSizes sizes(AllocationEvents events) {
    return new IterationSizes(
        new MemorySize(gradientBytes),
        new MemorySize(stateBytes),
        new MemorySize(events.savedBytes()),
        new MemorySize(afterForward));
  }

  private void step(boolean first) {
    int steps = training ? Math.min(setup.gradients().accumulationSteps(), LIKE_MORE) : 1;
    for (int i = 0; i < steps; i++) {
      microStep(i == 0);
    }
    if (training) {
      optimizerStep(first);
    }
  }

  /// A forward pass and, in training, a backward pass.
  ///
  /// @param counts whether what it saves and holds is what the job is said to
  private void microStep(boolean counts) {
    var pass = new Pass(log, saves, training);
    model.join(pass);
    var autocast = new Autocast(setup.precision(), model.parameters());
    int from = log.storages();
    log.at(IterationPhase.FORWARD, -1);
    forward.run(pass, autocast);
    Tensor loss = training ? loss(pass, autocast) : null;
    log.at(training ? IterationPhase.LOSS : IterationPhase.FORWARD, -1);
    autocast.leave(pass);
    if (counts) {
      savedFrom = from;
      savedTo = log.storages();
      afterForward = log.live();
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
  }

  private void optimizerStep(boolean first) {
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
    for (String name : network.loss().inputs()) {
      Tensor output = forward.result(name);
      Tensor target = batch.target(name);
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
}
