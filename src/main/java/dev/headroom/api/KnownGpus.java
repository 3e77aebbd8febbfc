package dev.headroom.api;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.wire.plan.GpuCatalogueReader;
import io.quarkus.runtime.Startup;
import io.smallrye.config.ConfigMapping;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The GPUs that the monitor knows: Headroom's own, amended by the user's file.
final class KnownGpus {

  /// What the user adds to the catalogue.
  @ConfigMapping(prefix = "headroom.catalogue")
  interface Settings {

    /// GPUs of your own, added to the catalogue: `docs/planning.md` shows the file. The commands
    /// `predict` and `plan` read the variable, too.
    Optional<Path> file();
  }

  @Produces
  @Singleton
  @Startup
  GpuCatalogue catalogue(Settings settings) {
    GpuCatalogue own = GpuCatalogueReader.own();
    return settings.file().map(file -> amended(own, file)).orElse(own);
  }

  private static GpuCatalogue amended(GpuCatalogue own, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return GpuCatalogueReader.amended(own, in);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException("headroom.catalogue.file " + file + ": " + e.getMessage(), e);
    }
  }
}
