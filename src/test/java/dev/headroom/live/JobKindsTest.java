package dev.headroom.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.JobKind;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.DeviceSample;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A job is of the kind of its GPU, framework and model.
class JobKindsTest {

  private static final GpuCatalogue CATALOGUE = GpuCatalogueReader.own();

  private final SnapshotBuilder ledger =
      new SnapshotBuilder()
          .with(SnapshotBuilder.config("a", "resnet50"), 0)
          .with(SnapshotBuilder.sample("a", "GPU-1", 1).reserved(new MemorySize(5)).build(), 1);

  @Test
  void withoutASampleOfItsGpuThatIsUnknown() {
    assertThat(kind().gpuModel()).isEmpty();
    assertThat(kind().model()).isEqualTo("resnet50");
    assertThat(kind().framework().name()).isEqualTo("pytorch");
  }

  @Test
  void aGpuIsNamedAsTheCatalogueNamesIt() {
    gpu("NVIDIA A100-SXM4-40GB", null);
    assertThat(kind().gpuModel())
        .isEqualTo(CATALOGUE.model("NVIDIA A100-SXM4-40GB").orElseThrow().name());
  }

  @Test
  void aGpuThatTheCatalogueDoesNotKnowKeepsItsName() {
    gpu("Some GPU", null);
    assertThat(kind().gpuModel()).isEqualTo("Some GPU");
    assertThat(JobKinds.name(CATALOGUE, "Some GPU")).isEqualTo("Some GPU");
  }

  @Test
  void aSliceIsAModelOfItsOwn() {
    gpu("Some GPU", "1g.5gb");
    assertThat(kind().gpuModel()).isEqualTo("Some GPU:1g.5gb");
  }

  private JobKind kind() {
    JobState job = Objects.requireNonNull(ledger.snapshot().jobs().get("a"));
    LayerConfig config = Objects.requireNonNull(job.registration()).config();
    return new JobKinds(CATALOGUE).of(job, config, ledger.snapshot());
  }

  private void gpu(String model, @Nullable String slice) {
    DeviceSample sample = SnapshotBuilder.gpu("GPU-1", 2, 100).sample();
    ledger.with(
        new DeviceSampled(
            new DeviceSample(
                "GPU-1",
                sample.host(),
                sample.time(),
                sample.total(),
                sample.used(),
                sample.index(),
                model,
                sample.driver(),
                slice,
                null,
                null,
                List.of())),
        2);
  }
}
