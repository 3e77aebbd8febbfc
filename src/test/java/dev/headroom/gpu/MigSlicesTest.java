package dev.headroom.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import java.util.List;
import org.junit.jupiter.api.Test;

class MigSlicesTest {

  private static final MemorySize SIZE = new MemorySize(1);
  private static final MigProfile HALF = new MigProfile("half", 2, 4, SIZE, List.of(0, 4), 2);
  private static final MigProfile SMALL = new MigProfile("small", 1, 2, SIZE, List.of(0, 2, 4), 2);
  private static final MigGeometry GEOMETRY = new MigGeometry(4, 8, List.of(HALF, SMALL));

  @Test
  void anInstanceTakesMemoryAndCompute() {
    // When
    MigSlices taken = MigSlices.NONE.with(HALF, 4).with(SMALL, 2);
    // Then
    assertThat(taken).isEqualTo(new MigSlices(0b11111100, 3, List.of(HALF, SMALL)));
  }

  @Test
  void admitsWhatIsFree() {
    MigSlices one = MigSlices.NONE.with(HALF, 0);
    assertThat(one.admits(GEOMETRY, HALF, 4)).isTrue();
    assertThat(one.admits(GEOMETRY, HALF, 0)).isFalse();
    assertThat(one.admits(GEOMETRY, SMALL, 2)).isFalse();
    assertThat(one.admits(GEOMETRY, SMALL, 4)).isTrue();
    // All compute slices are taken.
    assertThat(new MigSlices(0b1111, 3, List.of()).admits(GEOMETRY, HALF, 4)).isFalse();
    assertThat(new MigSlices(0b1111, 3, List.of()).admits(GEOMETRY, SMALL, 4)).isTrue();
    assertThat(new MigSlices(0, 2, List.of(SMALL, SMALL)).admits(GEOMETRY, SMALL, 4)).isFalse();
    assertThat(new MigSlices(0, 1, List.of(SMALL)).admits(GEOMETRY, SMALL, 4)).isTrue();
  }

  @Test
  void startsAsFarUpAsItGoes() {
    assertThat(MigSlices.NONE.start(GEOMETRY, SMALL)).isEqualTo(4);
    assertThat(MigSlices.NONE.with(SMALL, 4).start(GEOMETRY, SMALL)).isEqualTo(2);
    assertThat(MigSlices.NONE.with(HALF, 0).start(GEOMETRY, HALF)).isEqualTo(4);
    assertThat(MigSlices.NONE.with(HALF, 0).with(HALF, 4).start(GEOMETRY, SMALL)).isEqualTo(-1);
  }
}
