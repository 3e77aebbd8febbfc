package dev.headroom.cli.predict;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// The GPUs that a command knows: Headroom's own, amended by the user's file.
public final class CatalogueOption {

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.@Nullable CommandSpec spec;

  @Option(
      names = "--catalogue",
      paramLabel = "FILE",
      defaultValue = "${env:HEADROOM_CATALOGUE_FILE}",
      description =
          "GPUs of your own, other figures, prices; as gpus/catalogue.yaml. Also"
              + " HEADROOM_CATALOGUE_FILE.")
  private @Nullable Path file;

  private @Nullable GpuCatalogue catalogue;

  public GpuCatalogue catalogue() {
    if (catalogue == null) {
      catalogue = read();
    }
    return catalogue;
  }

  private GpuCatalogue read() {
    GpuCatalogue own = GpuCatalogueReader.own();
    if (file == null) {
      return own;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return GpuCatalogueReader.amended(own, in);
    } catch (IOException e) {
      throw wrong("--catalogue %s: %s".formatted(file, FileErrors.reason(e)), e);
    } catch (IllegalArgumentException e) {
      throw wrong("--catalogue %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// The GPU or slice of a name that was given as `--gpu`.
  ///
  /// @throws ParameterException where there is none
  public CudaDevice device(String name) {
    return catalogue()
        .device(name)
        .orElseThrow(
            () ->
                wrong(
                    "--gpu is neither known nor a size such as 24GiB: %s (known: %s)"
                        .formatted(
                            name,
                            catalogue().models().stream()
                                .map(GpuModel::name)
                                .collect(Collectors.joining(", "))),
                    null));
  }

  private ParameterException wrong(String what, @Nullable Exception cause) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), what, cause);
  }
}
