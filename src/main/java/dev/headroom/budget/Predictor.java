package dev.headroom.budget;

import dev.headroom.budget.allocator.CachingAllocator;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.budget.iteration.Iteration;
import dev.headroom.budget.model.DeviceModel;
import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.budget.trace.Storage;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.Undescribed;
import dev.headroom.network.operation.View;
import dev.headroom.network.setup.RunMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;

/// Predicts the GPU memory of a job from its layer config alone. It runs an iteration on storages,
/// without computing anything, and replays the allocations through PyTorch's caching allocator.
///
/// Pure: every config has an answer. Thread-safe.
///
/// Pure and total: every config has an answer. Safe for use by several threads.
///
/// ```java
/// var predictor = new Predictor(new KnownOverheads());
/// switch (predictor.predict(config)) {
///   case Budget budget -> budget.peak().device(); // what `nvidia-smi` would show at the peak
///   case Unsupported unsupported -> unsupported.reasons(); // each names a layer
/// }
/// ```
@SuppressWarnings("EnumOrdinal") // an array a category, in the order that the replay lists them
public final class Predictor {

  private final DeviceOverhead prior;

  public Predictor(DeviceOverhead prior) {
    this.prior = prior;
  }

  /// The budget of a job, or why there is none.
  public Prediction predict(LayerConfig config) {
    return switch (config.description()) {
      case Undescribed undescribed -> new Unsupported(List.of(undescribed.reason()));
      case Network network -> predict(config, network);
    };
  }

  private Prediction predict(LayerConfig config, Network network) {
    List<String> refusals = Caveats.refusals(config, network);
    if (!refusals.isEmpty()) {
      return new Unsupported(refusals);
    }
    try {
      return budget(config, network);
    } catch (ArithmeticException overflow) {
      return new Unsupported(List.of(tooLarge(config, network)));
    } catch (IllegalArgumentException wrong) {
      return new Unsupported(List.of(String.valueOf(wrong.getMessage())));
    }
  }

  private Budget budget(LayerConfig config, Network network) {
    var iteration = new Iteration(config, network);
    var mode =
        config.setup().expandableSegments()
            ? CachingAllocator.Mode.EXPANDABLE_SEGMENTS
            : CachingAllocator.Mode.FIXED_SEGMENTS;
    var replay = new Replay(iteration, network, mode);
    boolean training = config.setup().mode() == RunMode.TRAINING;
    AllocationLog log = iteration.log;
    boolean[] alive = replay.atPeak();
    int layers = network.layers().size();
    long[] savedBy = new long[layers];
    long[] atPeakBy = new long[layers];
    long[] stack = new long[Category.values().length];
    long saved = 0;
    long tensor = 0;
    for (int id = 0; id < log.storages(); id++) {
      Storage storage = log.storage(id);
      boolean counts =
          storage.saved
              && (storage.category == Category.INPUT_DATA
                  || (id >= iteration.savedFrom && id < iteration.savedTo));
      if (counts) {
        saved = Math.addExact(saved, storage.bytes);
      }
      if (alive[id]) {
        stack[storage.category.ordinal()] += storage.bytes;
        tensor = Math.addExact(tensor, storage.bytes);
      }
      if (counts && storage.layer >= 0) {
        savedBy[storage.layer] += storage.bytes;
        atPeakBy[storage.layer] += alive[id] ? storage.bytes : 0;
      }
    }
    var caveats = new Caveats(config, network);
    MemorySize reserved = new MemorySize(replay.allocator.reservedPeak());
    DeviceOverhead.Beyond beyond = prior.beyond(config, reserved);
    MemorySize device = reserved.plus(beyond.median());
    var categories = new EnumMap<Category, MemorySize>(Category.class);
    var maxima = new EnumMap<Category, MemorySize>(Category.class);
    long rest = device.bytes() - tensor;
    for (Category category : Category.values()) {
      long beside = category == Category.OTHER ? rest : 0;
      int at = category.ordinal();
      categories.put(category, new MemorySize(stack[at] + beside));
      maxima.put(category, new MemorySize(Math.max(replay.maxima[at], stack[at]) + beside));
    }
    var peak =
        new Peak(
            new MemorySize(tensor),
            new MemorySize(replay.allocator.allocatedPeak()),
            reserved,
            device,
            reserved.plus(beyond.p95()),
            replay.peakPhase(),
            name(network, replay.peakLayer()),
            replay.allocator.segments(),
            new MemorySize(replay.allocator.inactiveSplitPeak()));
    return new Budget(
        iteration.model.count,
        new MemorySize(iteration.model.parameterBytes),
        new MemorySize(iteration.model.bufferBytes),
        new MemorySize(training ? iteration.gradientBytes : 0),
        new MemorySize(training ? iteration.stateBytes : 0),
        new MemorySize(training ? saved : 0),
        new MemorySize(training ? iteration.afterForward : 0),
        peak,
        categories,
        maxima,
        costs(config, network, iteration.model, caveats, savedBy, atPeakBy),
        replay.timeline(),
        caveats.confidence(),
        caveats.reasons());
  }

  private static List<LayerCost> costs(
      LayerConfig config,
      Network network,
      DeviceModel model,
      Caveats caveats,
      long[] saved,
      long[] atPeak) {
    var costs = new ArrayList<LayerCost>(saved.length);
    for (int i = 0; i < saved.length; i++) {
      Layer layer = network.layers().get(i);
      long parameters = 0;
      if (layer.traits().shares().isEmpty()) {
        for (Tensor tensor : model.weights(i).tensors()) {
          parameters += tensor.storage.bytes;
        }
      }
      boolean owns = !(layer.operation() instanceof View);
      long elements = owns ? network.value(layer.name()).elements(config.setup().batchSize()) : 0;
      long output =
          Math.multiplyExact(elements, (long) config.setup().precision().autocast().bytes());
      costs.add(
          new LayerCost(
              layer.name(),
              layer.operation().type(),
              new MemorySize(parameters),
              new MemorySize(output),
              new MemorySize(saved[i]),
              new MemorySize(atPeak[i]),
              caveats.of(layer)));
    }
    return costs;
  }

  private static String tooLarge(LayerConfig config, Network network) {
    int batch = config.setup().batchSize();
    int bytes = config.setup().precision().parameters().bytes();
    for (Layer layer : network.layers()) {
      long elements = network.value(layer.name()).shape().elements();
      if (elements > Long.MAX_VALUE / bytes / batch) {
        return "layer %s: %d elements for each of %d samples are more bytes than 64 bits count"
            .formatted(layer.name(), elements, batch);
      }
    }
    return "all layers together hold more bytes than 64 bits count";
  }

  private static String name(Network network, int layer) {
    return layer < 0 ? "" : network.layers().get(layer).name();
  }
}
