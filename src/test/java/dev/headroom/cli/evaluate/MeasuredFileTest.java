package dev.headroom.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.MemorySize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            new MeasuredRow("resnet18", 4, "K80", new MemorySize(1_992_818_688L), false),
            new MeasuredRow("vgg16", 8, "", MemorySize.ofMebibytes(100), true));
    assertThat(read("model,batch,measured_peak_mib\nvgg16,1,7\n"))
        .containsExactly(new MeasuredRow("vgg16", 1, "", MemorySize.ofMebibytes(7), false));
  }

  @ParameterizedTest
  @CsvSource({
    "'model,batch,measured_peak_mib\n', no rows",
    "'model,batch,measured_peak_mib\na,0,7\n', row 1: batch is not above 0: 0",
    "'model,batch,measured_peak_mib\na,1.5,7\n', row 1: batch is no whole number above 0",
    "'model,batch,measured_peak_mib\na,1,7\nb,x,7\n', row 2: batch",
    "'model,batch\na,1\n', row 1: measured_peak",
    "'batch,measured_peak_mib\n1,7\n', row 1: "
  })
  void namesTheRowAndWhatIsWrongWithIt(String text, String why) {
    assertThatThrownBy(() -> read(text.replace("\\n", "\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(why);
  }

  private List<MeasuredRow> read(String text) throws IOException {
    return MeasuredFile.read(Files.writeString(folder.resolve("rows.csv"), text));
  }
}
