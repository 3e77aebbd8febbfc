package dev.headroom.plan.placement;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.gpu.MigGeometry;
import dev.headroom.gpu.MigProfile;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.plan.fleet.GpuPartition;
import dev.headroom.plan.fleet.JobRequest;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Fleets and jobs by chance, the same for the same seed.
final class RandomClusters {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final LayerConfig CONFIG = GoldenConfigs.of("alexnet");
  private static final List<String> MODELS =
      List.of("T4", "V100-32GB", "A30", "A100-40GB", "A100-80GB", "L40S", "H100-80GB");

  private final Random random;

  RandomClusters(long seed) {
    random = new Random(seed);
  }

  /// Nodes of one to eight GPUs of a kind, one to three kinds in all; a third of those that MIG can
  /// divide is divided, or may be.
  Fleet fleet(int nodes) {
    var kinds = new ArrayList<GpuModel>();
    for (int kind = 0; kind <= random.nextInt(3); kind++) {
      kinds.add(model());
    }
    var all = new ArrayList<FleetNode>();
    for (int node = 0; node < nodes; node++) {
      GpuModel model = kinds.get(random.nextInt(kinds.size()));
      GpuPartition partition = partition(model);
      int gpus = 1 << random.nextInt(4);
      all.add(
          new FleetNode(
              "node-" + node, Collections.nCopies(gpus, FleetGpu.idle(model, partition))));
    }
    return new Fleet(all);
  }

  /// Nodes of eight whole GPUs.
  Fleet wholeGpus(int nodes) {
    var all = new ArrayList<FleetNode>();
    for (int node = 0; node < nodes; node++) {
      all.add(
          new FleetNode(
              "node-" + node, Collections.nCopies(8, FleetGpu.idle(model(), GpuPartition.WHOLE))));
    }
    return new Fleet(all);
  }

  private GpuModel model() {
    return GPUS.model(MODELS.get(random.nextInt(MODELS.size()))).orElseThrow();
  }

  private GpuPartition partition(GpuModel model) {
    Optional<MigGeometry> mig = model.geometry();
    if (mig.isEmpty() || random.nextInt(3) > 0) {
      return GpuPartition.WHOLE;
    }
    if (random.nextBoolean()) {
      return new GpuPartition.Divisible(mig.get());
    }
    var instances = new ArrayList<MigProfile>();
    for (int i = 0; i < 7; i++) {
      var more = new ArrayList<>(instances);
      more.add(mig.get().profiles().get(random.nextInt(mig.get().profiles().size())));
      if (mig.get().allows(more)) {
        instances = more;
      }
    }
    return GpuPartition.Divided.of(mig.get(), instances);
  }

  /// Jobs of one GiB to more than any GPU has: a fifth of several ranks, of the others two thirds
  /// share.
  List<Workload> jobs(int count, Fleet fleet) {
    var jobs = new ArrayList<Workload>();
    for (int job = 0; job < count; job++) {
      int ranks = random.nextInt(5) > 0 ? 1 : 1 << (1 + random.nextInt(3));
      jobs.add(
          workload(
              "job-" + job,
              1 + random.nextInt(3),
              ranks,
              ranks == 1 && random.nextInt(3) > 0,
              (long) (Math.exp(random.nextDouble() * 4.6) * (1L << 30)),
              fleet));
    }
    return jobs;
  }

  static Workload workload(
      String name, int replicas, int ranks, boolean shares, long bytes, Fleet fleet) {
    var p95 = new HashMap<String, Long>();
    for (GpuModel model : fleet.models()) {
      // A Hopper's libraries take more.
      p95.put(model.name(), bytes + (model.name().startsWith("H") ? 60L << 20 : 0));
    }
    return new Workload(
        new JobRequest(name, CONFIG, replicas, ranks, shares), p95, Optional.empty());
  }
}
