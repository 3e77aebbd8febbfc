package dev.headroom.network.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtentsTest {

  @Test
  void boundsAreInclusive() {
    assertThatCode(() -> Extents.atLeast("n", 1, 1)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Extents.atLeast("n", 0, 1)).hasMessage("n < 1: 0");
    assertThat(Extents.atLeast("n", List.of(3, 2), 2)).containsExactly(3, 2);
    assertThatThrownBy(() -> Extents.atLeast("n", List.of(3, 1), 2)).hasMessage("n < 2: 1");
  }

  @Test
  void namesWhatDiffers() {
    assertThatCode(() -> Extents.equal("n", 3, 3)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Extents.equal("n", 3, 4)).hasMessage("n is 3, but the input has 4");
    assertThatCode(() -> Extents.sameLength("n", List.of(1, 2), 2)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Extents.sameLength("n", List.of(1, 2), 3))
        .hasMessage("n has 2 numbers, not 3: [1, 2]");
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 1", "2, 1, 1", "3, 1, 2", "2, 3, 1", "3, 0, 3"})
  void countsWindowsAsIfTheyWerePutDownOneByOne(int kernel, int padding, int dilation) {
    int span = dilation * (kernel - 1) + 1;
    for (int extent = 1; extent <= 12; extent++) {
      for (int stride = 1; stride <= 4; stride++) {
        // Given windows from the start of the padded extent on
        int room = extent + padding - span;
        if (room < 0) {
          continue;
        }
        int within = 0;
        for (int at = 0; at + span <= extent + padding; at += stride) {
          within++;
        }
        boolean rest = room % stride != 0;
        // Then
        assertThat(Extents.windows(extent, padding, kernel, stride, dilation, false))
            .isEqualTo(within);
        assertThat(Extents.windows(extent, padding, kernel, stride, dilation, true))
            .isEqualTo(rest ? within + 1 : within);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 6})
  void aWindowThatFitsNowhereIsRefused(long extent) {
    assertThatThrownBy(() -> Extents.windows(extent, 0, 4, 1, 2, false))
        .hasMessage("kernel_size 4 does not fit an extent of " + extent);
    assertThat(Extents.windows(7, 0, 4, 1, 2, false)).isEqualTo(1);
  }
}
