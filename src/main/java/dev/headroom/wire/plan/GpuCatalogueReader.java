package dev.headroom.wire.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.gpu.ComputeCapability;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuCatalogue.Entry;
import dev.headroom.gpu.GpuModel;
import dev.headroom.gpu.MigGeometry;
import dev.headroom.gpu.MigProfile;
import dev.headroom.memory.MemorySize;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads catalogues of GPUs: Headroom's own, and the user's that amends it.
public final class GpuCatalogueReader {

  private static final String OWN = "/gpus/catalogue.yaml";
  private static final int MAX_GPUS = 1000;
  private static final int MAX_NAMES = 100;
  private static final int MAX_MIB = 1 << 24;

  private GpuCatalogueReader() {}

  /// The GPUs that Headroom brings.
  public static GpuCatalogue own() {
    try (InputStream file = GpuCatalogueReader.class.getResourceAsStream(OWN)) {
      if (file == null) {
        throw new IllegalStateException("the build lacks " + OWN);
      }
      return amended(new GpuCatalogue(List.of()), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A catalogue with the entries of a file: new ones, and changes to those that it has. What a
  /// changed entry leaves out stays as it was.
  ///
  /// @throws IllegalArgumentException naming the entry and what is wrong with it
  public static GpuCatalogue amended(GpuCatalogue base, InputStream file) {
    StrictFields fields = StrictFields.ofFile(file);
    var entries = new ArrayList<Entry>();
    for (StrictFields gpu : fields.objects("gpus", MAX_GPUS)) {
      String name = gpu.text("name");
      entries.add(entry(gpu, name, base.entry(name)));
    }
    fields.requireNothingElse();
    return base.with(entries);
  }

  private static Entry entry(StrictFields gpu, String name, Optional<Entry> old) {
    Optional<GpuModel> was = old.map(Entry::model);
    MemorySize total =
        was.isPresent() && !gpu.has("total_mib")
            ? was.get().total()
            : MemorySize.ofMebibytes(gpu.count("total_mib", 1, MAX_MIB));
    int given = gpu.count("usable_mib", 0, 1, MAX_MIB);
    boolean stays = given == 0 && was.isPresent() && total.equals(was.get().total());
    MemorySize usable =
        stays
            ? was.orElseThrow().usable()
            : given > 0 ? MemorySize.ofMebibytes(given) : GpuModel.usableOf(total);
    String basis =
        stays
            ? was.orElseThrow().usableBasis()
            : given > 0
                ? sources(gpu.node("sources"), gpu.place()).orElse("the catalogue says so")
                : "the total less an assumed reserve: no figure was found";
    gpu.node("sources");
    Double price = gpu.number("price_per_hour");
    var model =
        new GpuModel(
            name,
            total,
            usable,
            basis,
            gpu.optionalText("compute_capability")
                .map(ComputeCapability::of)
                .orElse(was.map(GpuModel::computeCapability).orElse(null)),
            gpu.has("mig")
                ? geometry(StrictFields.of(gpu.node("mig"), gpu.place() + ".mig"))
                : was.map(GpuModel::mig).orElse(null),
            price != null ? price : was.map(GpuModel::pricePerHour).orElse(null));
    List<String> driver = gpu.texts("driver", MAX_NAMES);
    List<String> aliases = gpu.texts("aliases", MAX_NAMES);
    gpu.requireNothingElse();
    return new Entry(
        model,
        driver.isEmpty() ? old.map(Entry::driver).orElse(List.of()) : driver,
        aliases.isEmpty() ? old.map(Entry::aliases).orElse(List.of()) : aliases);
  }

  private static Optional<String> sources(@Nullable JsonNode node, String place) {
    if (node == null) {
      return Optional.empty();
    }
    StrictFields sources = StrictFields.of(node, place + ".sources");
    sources.optionalText("total");
    Optional<String> usable = sources.optionalText("usable");
    sources.requireNothingElse();
    return usable;
  }

  private static MigGeometry geometry(StrictFields mig) {
    var profiles = new ArrayList<MigProfile>();
    for (StrictFields profile : mig.objects("profiles", MAX_NAMES)) {
      profiles.add(
          new MigProfile(
              profile.text("name"),
              profile.count("compute", 1, 32),
              profile.count("memory", 1, 32),
              MemorySize.ofMebibytes(profile.count("usable_mib", 1, MAX_MIB)),
              profile.counts("starts", 32),
              profile.count("most", 1, 32)));
      profile.requireNothingElse();
    }
    mig.optionalText("source");
    var geometry =
        new MigGeometry(
            mig.count("compute_slices", 1, 32), mig.count("memory_slices", 1, 32), profiles);
    mig.requireNothingElse();
    return geometry;
  }
}
