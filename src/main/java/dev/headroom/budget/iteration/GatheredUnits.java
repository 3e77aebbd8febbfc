package dev.headroom.budget.iteration;

import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.model.DeviceModel;
import dev.headroom.memory.Category;
import dev.headroom.network.Layer;
import dev.headroom.network.Network;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters that a rank gathers from the others for as long as it needs them, unit by unit:
/// the next one comes before the last one goes, so that two are there. What is in no wrapped module
/// is the root's unit, which stays until the pass is over; where a config does not say what is
/// wrapped, each layer is a unit.
///
/// Sources: Zhao et al., "PyTorch FSDP", 2023, section 3.3.2 (two units in flight);
/// `torch.distributed.fsdp.fully_shard` (the root is not resharded after forward); Rajbhandari et
/// al., "ZeRO", 2020, section 5.3.
final class GatheredUnits {

  private static final int NONE = -1;

  private final long[] elements;
  private final int[] unitOf;
  private final DType[] formats;
  private final boolean[] stays;
  private final @Nullable Tensor[] staying;
  private @Nullable Tensor last;
  private @Nullable Tensor current;
  private int unit = NONE;

  /// @param sharded whether ranks keep shares of the parameters; else there is nothing to gather
  GatheredUnits(Network network, DeviceModel model, Parallelism parallelism, boolean sharded) {
    List<Layer> layers = network.layers();
    unitOf = new int[layers.size()];
    Arrays.fill(unitOf, NONE);
    var sums = new ArrayList<Long>();
    var kinds = new ArrayList<DType>();
    var remain = new ArrayList<Boolean>();
    var units = new HashMap<String, Integer>();
    var wrapped = new HashSet<String>(parallelism.wrapped());
    for (int i = 0; i < layers.size() && sharded; i++) {
      List<Tensor> own = model.weights(i).tensors();
      if (own.isEmpty()) {
        continue;
      }
      String module = wrapped.isEmpty() ? "" : module(layers.get(i).name(), wrapped);
      String key = wrapped.isEmpty() ? Integer.toString(i) : module;
      boolean root = !wrapped.isEmpty() && module.isEmpty();
      unitOf[i] = units.computeIfAbsent(key, _ -> units.size());
      if (unitOf[i] == sums.size()) {
        sums.add(0L);
        kinds.add(own.getFirst().dtype);
        remain.add(root || !parallelism.reshardAfterForward());
      }
      for (Tensor tensor : own) {
        sums.set(unitOf[i], Math.addExact(sums.get(unitOf[i]), tensor.elements));
      }
    }
    elements = sums.stream().mapToLong(Long::longValue).toArray();
    formats = kinds.toArray(DType[]::new);
    stays = new boolean[elements.length];
    for (int i = 0; i < stays.length; i++) {
      stays[i] = remain.get(i);
    }
    staying = new Tensor[elements.length];
  }

  /// The innermost wrapped module that a layer lies in, empty for the root.
  private static String module(String layer, Set<String> wrapped) {
    for (int end = layer.length(); end > 0; end = layer.lastIndexOf('.', end - 1)) {
      if (wrapped.contains(layer.substring(0, end))) {
        return layer.substring(0, end);
      }
    }
    return "";
  }

  /// A layer is about to run, forward or backward.
  ///
  /// @param layer its position, or −1 where it is none
  void gather(Pass pass, int layer) {
    int next = layer < 0 ? NONE : unitOf[layer];
    if (next == NONE || next == unit) {
      return;
    }
    if (stays[next]) {
      if (staying[next] == null) {
        staying[next] = pass.make(elements[next], formats[next], Category.PARAMETERS);
      }
      return;
    }
    Tensor gone = last;
    if (gone != null) {
      pass.release(gone);
    }
    last = current;
    current = pass.make(elements[next], formats[next], Category.PARAMETERS);
    unit = next;
  }

  /// A pass is over: only the shares stay.
  void release(Pass pass) {
    for (Tensor tensor : new @Nullable Tensor[] {last, current}) {
      if (tensor != null) {
        pass.release(tensor);
      }
    }
    for (int i = 0; i < staying.length; i++) {
      Tensor tensor = staying[i];
      if (tensor != null) {
        pass.release(tensor);
        staying[i] = null;
      }
    }
    last = null;
    current = null;
    unit = NONE;
  }
}
