package dev.headroom.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasuredFileTest {

  @TempDir private Path folder;

  @Test
  void readsRowsOfEitherHeader() throws IOException {
    assertThat(
            read(
                """
                timm_model,batch,measured_peak_device_mib,fake_last_mib,gpu_class
                resnet18, 4,1900.5,150,"K80-class (2496 cores)"

                vgg16,8,100,200,
                """))
        .containsExactly(
            row("resnet18", 4, "K80", new MemorySize(1_992_818_688L), false),
            row("vgg16", 8, "", MemorySize.ofMebibytes(100), true));
    assertThat(read("model,batch,measured_peak_mib\nvgg16,1,7\n"))
        .containsExactly(row("vgg16", 1, "", MemorySize.ofMebibytes(7), false));
  }

  @Test
  void readsTheColumnsThatMeasureWrites() throws IOException {
    assertThat(
            read(
                """
                model,batch,mode,precision,optimizer,gpu_model,driver,framework,\
                measured_peak_allocated_mib,measured_peak_reserved_mib,measured_peak_device_mib
                resnet18,8,training,autocast-bfloat16,"sgd,momentum=0.9",NVIDIA H100 80GB HBM3,\
                580.159.04,pytorch 2.11.0+cu130,613.5,724,1490.5
                vgg16,32,,,,,,,,900,1500
                """))
        .containsExactly(
            new MeasuredRow(
                "resnet18",
                new RowSetup(
                    8,
                    "training",
                    "autocast-bfloat16",
                    "sgd,momentum=0.9",
                    new Framework("pytorch", "2.11.0", "")),
                "NVIDIA H100 80GB HBM3",
                new MemorySize(1_562_902_528),
                Map.of(
                    MeasuredSize.ALLOCATED,
                    new MemorySize(643_301_376),
                    MeasuredSize.RESERVED,
                    MemorySize.ofMebibytes(724)),
                false),
            new MeasuredRow(
                "vgg16",
                new RowSetup(32, null, null, null, Framework.UNKNOWN),
                "",
                MemorySize.ofMebibytes(1500),
                Map.of(MeasuredSize.RESERVED, MemorySize.ofMebibytes(900)),
                false));
  }

  /// Our own recorded file is one that `headroom measure` wrote.
  @Test
  void readsWhatWasMeasuredOnAnH100() throws IOException {
    List<MeasuredRow> rows =
        MeasuredFile.read(Path.of("docs/hardware/h100-80gb-580.159.04/measured.csv"));
    assertThat(rows)
        .hasSizeGreaterThanOrEqualTo(10)
        .allSatisfy(
            row -> {
              assertThat(row.gpu()).isEqualTo("NVIDIA H100 80GB HBM3");
              assertThat(row.setup().framework().version()).isEqualTo("2.11.0");
              assertThat(row.allocator())
                  .containsOnlyKeys(MeasuredSize.ALLOCATED, MeasuredSize.RESERVED);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "'model,batch,measured_peak_mib\n', no rows",
    "'model,batch,measured_peak_mib\na,0,7\n', row 1: batch is not above 0: 0",
    "'model,batch,measured_peak_mib\na,1.5,7\n', row 1: batch is no whole number above 0",
    "'model,batch,measured_peak_mib\na,1,7\nb,x,7\n', row 2: batch",
    "'model,batch\na,1\n', row 1: measured_peak",
    "'batch,measured_peak_mib\n1,7\n', row 1: ",
    "'model,batch,precision,measured_peak_mib\na,1,,7\na,1,int4,7\n', row 2: precision unknown: int4",
    "'model,batch,optimizer,measured_peak_mib\na,1,lion8,7\n', row 1: optimizer unknown: lion8",
    "'model,batch,mode,measured_peak_mib\na,1,serving,7\n', row 1: mode unknown: serving",
    "'model,batch,framework,measured_peak_mib\na,1,2.11.0,7\n', row 1: framework is no name and",
    "'model,batch,measured_peak_mib,measured_peak_reserved_mib\na,1,7,x\n', row 1: measured_peak_reserved_mib is no number: x"
  })
  void namesTheRowAndWhatIsWrongWithIt(String text, String why) {
    assertThatThrownBy(() -> read(text.replace("\\n", "\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(why);
  }

  private static MeasuredRow row(
      String network, int batch, String gpu, MemorySize device, boolean isCutOff) {
    var setup = new RowSetup(batch, null, null, null, Framework.UNKNOWN);
    return new MeasuredRow(network, setup, gpu, device, Map.of(), isCutOff);
  }

  private List<MeasuredRow> read(String text) throws IOException {
    return MeasuredFile.read(Files.writeString(folder.resolve("rows.csv"), text));
  }
}
