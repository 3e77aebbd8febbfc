package dev.headroom.api.about;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AboutResourceTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();

  private record Links(
      Optional<String> grafanaUrl, Optional<String> runbooksUrl, Optional<String> documentsUrl)
      implements PageSettings {}

  @Test
  void linksAreTheMonitorsOwnWhereNoOthersAreSet() {
    AboutResource.About about =
        about(new Links(Optional.empty(), Optional.empty(), Optional.empty()));
    assertThat(about.version()).isEqualTo("1.2");
    assertThat(about.grafanaUrl()).isNull();
    assertThat(about.runbooksUrl()).isEqualTo(DocumentsResource.RUNBOOKS);
    assertThat(about.documentsUrl()).isEqualTo(DocumentsResource.README);
    AboutResource.About set =
        about(new Links(Optional.of("g"), Optional.of("r"), Optional.of("d")));
    assertThat(set.grafanaUrl()).isEqualTo("g");
    assertThat(set.runbooksUrl()).isEqualTo("r");
    assertThat(set.documentsUrl()).isEqualTo("d");
  }

  @Test
  void everyGpuThatIsKnownIsToldWithItsSizes() {
    CudaDevice t4 = GPUS.device("T4").orElseThrow();
    assertThat(about(new Links(Optional.empty(), Optional.empty(), Optional.empty())).gpus())
        .hasSameSizeAs(GPUS.devices())
        .contains(
            new AboutResource.KnownGpu("T4", t4.model().total().bytes(), t4.usable().bytes()));
  }

  private static AboutResource.About about(PageSettings links) {
    return new AboutResource(GPUS, links, "1.2").about();
  }
}
