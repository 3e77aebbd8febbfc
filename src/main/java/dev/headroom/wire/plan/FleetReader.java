package dev.headroom.wire.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.gpu.MigGeometry;
import dev.headroom.gpu.MigProfile;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.plan.fleet.GpuPartition;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads fleets that somebody wrote.
///
/// ```yaml
/// nodes:
///   - name: dgx
///     count: 4           # dgx-0 to dgx-3
///     gpus:
///       - {model: A100-80GB, count: 6}
///       - {model: A100-80GB, count: 2, mig: [3g.40gb, 2g.20gb, 2g.20gb]}
///       - {model: H100-80GB, mig: auto}
/// ```
public final class FleetReader {

  private static final String AUTO = "auto";
  private static final int MAX_KINDS = 64;

  private FleetReader() {}

  /// The fleet that a file says.
  ///
  /// @throws IllegalArgumentException naming the place and what is wrong there
  public static Fleet file(GpuCatalogue catalogue, InputStream file) {
    return fleet(catalogue, StrictFields.ofFile(file));
  }

  /// The same, of a request.
  public static Fleet of(GpuCatalogue catalogue, @Nullable JsonNode fleet, String place) {
    return fleet(catalogue, StrictFields.of(fleet, place));
  }

  private static Fleet fleet(GpuCatalogue catalogue, StrictFields fields) {
    var nodes = new ArrayList<FleetNode>();
    Set<String> names = new HashSet<>();
    long size = 0;
    for (StrictFields node : fields.objects("nodes", Fleet.MAX_GPUS)) {
      String name = node.text("name");
      int count = node.count("count", 1, 1, 1_000_000);
      List<FleetGpu> gpus = gpus(catalogue, node);
      node.requireNothingElse();
      size += (long) count * gpus.size();
      if (size > Fleet.MAX_GPUS) {
        throw new IllegalArgumentException(
            "a fleet has at most %d GPUs, and with %s it has %d"
                .formatted(Fleet.MAX_GPUS, node.place(), size));
      }
      for (int i = 0; i < count; i++) {
        String each = count == 1 ? name : name + "-" + i;
        if (!names.add(each)) {
          throw node.wrong("name", "is there twice: " + each);
        }
        nodes.add(new FleetNode(each, gpus));
      }
    }
    fields.requireNothingElse();
    return new Fleet(nodes);
  }

  private static List<FleetGpu> gpus(GpuCatalogue catalogue, StrictFields node) {
    var gpus = new ArrayList<FleetGpu>();
    for (StrictFields gpu : node.objects("gpus", MAX_KINDS)) {
      String name = gpu.text("model");
      GpuModel model =
          catalogue
              .model(name)
              .orElseThrow(
                  () -> gpu.wrong("model", "is neither known nor a size such as 24GiB: " + name));
      int count = gpu.count("count", 1, 1, Fleet.MAX_GPUS);
      GpuPartition partition = partition(gpu, model);
      gpu.requireNothingElse();
      gpus.addAll(Collections.nCopies(count, FleetGpu.idle(model, partition)));
    }
    return gpus;
  }

  private static GpuPartition partition(StrictFields gpu, GpuModel model) {
    JsonNode mig = gpu.node("mig");
    if (mig == null) {
      return GpuPartition.WHOLE;
    }
    MigGeometry geometry =
        model
            .geometry()
            .orElseThrow(() -> gpu.wrong("mig", "is not known to divide a " + model.name()));
    if (mig.isTextual() && mig.textValue().equals(AUTO)) {
      return new GpuPartition.Divisible(geometry);
    }
    var instances = new ArrayList<MigProfile>();
    for (String name : gpu.texts("mig", geometry.computeSlices() + geometry.memorySlices())) {
      instances.add(
          geometry
              .profile(name)
              .orElseThrow(
                  () -> gpu.wrong("mig", "%s has no profile %s".formatted(model.name(), name))));
    }
    try {
      return GpuPartition.Divided.of(geometry, instances);
    } catch (IllegalArgumentException e) {
      throw gpu.wrong("mig", "of a %s: %s".formatted(model.name(), e.getMessage()));
    }
  }
}
