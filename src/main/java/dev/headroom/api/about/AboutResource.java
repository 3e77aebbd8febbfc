package dev.headroom.api.about;

import dev.headroom.gpu.GpuCatalogue;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// What does not change while the monitor runs.
@Path("/api/v1/about")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
final class AboutResource {

  private final About about;

  AboutResource(
      GpuCatalogue catalogue,
      PageSettings links,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.about =
        new About(
            version,
            links.grafanaUrl().orElse(null),
            links.runbooksUrl().orElse(DocumentsResource.RUNBOOKS),
            links.documentsUrl().orElse(DocumentsResource.README),
            catalogue.devices().stream()
                .map(
                    device ->
                        new KnownGpu(
                            device.name(), device.model().total().bytes(), device.usable().bytes()))
                .toList());
  }

  /// @param gpus that `gpu` of a prediction takes
  record About(
      String version,
      @Nullable String grafanaUrl,
      String runbooksUrl,
      String documentsUrl,
      List<KnownGpu> gpus) {}

  /// @param usableBytes what one process can have of it
  record KnownGpu(String name, long totalBytes, long usableBytes) {}

  @GET
  @Operation(summary = "The monitor's version, its links and the GPUs that it knows")
  public About about() {
    return about;
  }
}
