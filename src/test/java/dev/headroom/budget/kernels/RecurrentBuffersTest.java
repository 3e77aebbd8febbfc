package dev.headroom.budget.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.memory.Category;
import dev.headroom.network.tensor.DType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What cuDNN requested on an H100 is from `operators.csv` in `docs/hardware`: 32 samples of 128
/// steps, each with 512 numbers.
class RecurrentBuffersTest {

  private static final long SEQUENCE = 8_388_608;
  private static final long STATE = 65_536;

  private static RecurrentBuffers measured(
      long gates, long layers, long directions, long elementBytes) {
    return new RecurrentBuffers(gates, 32, 128, 512, 512, layers, directions, elementBytes);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 1, 1, 4, false, 67830272, 41943296",
    "4, 1, 1, 2, false, 38109696, 20971776",
    "4, 2, 1, 4, true, 93585920, 92537088",
    "4, 1, 2, 4, false, 160956928, 83886336",
    "3, 1, 1, 4, false, 65339904, 50331904",
    "1, 1, 1, 4, false, 61145600, 8388864"
  })
  void requestsWhatAnH100Requested(
      long gates,
      long layers,
      long directions,
      long elementBytes,
      boolean dropout,
      long workspace,
      long reserve) {
    RecurrentBuffers buffers = measured(gates, layers, directions, elementBytes);
    assertThat(buffers.workspace()).isEqualTo(workspace);
    assertThat(buffers.reserve(dropout)).isEqualTo(reserve);
  }

  /// By hand, of an RNN: what is left of the first two of three results, and a bit of each number.
  @Test
  void dropoutKeepsWhatIsLeftBetweenLayers() {
    RecurrentBuffers three = measured(1, 3, 2, 4);
    assertThat(three.reserve(false)).isEqualTo(6 * SEQUENCE + 256);
    assertThat(three.reserve(true) - three.reserve(false))
        .isEqualTo(2 * (2 * SEQUENCE + 2 * SEQUENCE / 32));
    assertThat(measured(1, 1, 1, 4).reserve(true)).isEqualTo(SEQUENCE + 256);
  }

  @Test
  void passesHoldSequenceStatesAndWorkspace() {
    RecurrentBuffers lstm = measured(4, 1, 1, 4);
    assertThat(lstm.forward()).isEqualTo(SEQUENCE + 2 * STATE + 67_830_272);
    assertThat(lstm.backward()).isEqualTo(SEQUENCE + 4 * STATE + 67_830_272);
    RecurrentBuffers gru = measured(3, 1, 1, 4);
    assertThat(gru.forward()).isEqualTo(SEQUENCE + STATE + 65_339_904);
    RecurrentBuffers twice = measured(4, 1, 2, 4);
    assertThat(twice.forward()).isEqualTo(SEQUENCE + 4 * STATE + 160_956_928);
  }

  /// By hand, of two layers in both directions: the inner one reads both directions' states.
  @Test
  void theWorkspaceGrowsWithLayersAndDirections() {
    long weights = 4 * 512 * 2 * (512 + 1024 + 2 * 512) * 4;
    long sequences = (7 + 2 + 10) * SEQUENCE;
    assertThat(measured(4, 2, 2, 4).workspace())
        .isEqualTo(weights + sequences + (11 + 9 + 13) * STATE + 512);
    long ofGru = 3 * 512 * (512 + 512 + 2 * 512) * 4;
    assertThat(measured(3, 2, 1, 4).workspace())
        .isEqualTo(ofGru + (7 + 2) * SEQUENCE + 10 * STATE + 512);
  }

  @Test
  void aWiderInputWidensTheSequence() {
    var wide = new RecurrentBuffers(1, 32, 128, 1024, 512, 1, 1, 4);
    long weights = 512 * (1024 + 512) * 4;
    assertThat(wide.workspace()).isEqualTo(weights + 7 * 2 * SEQUENCE + 5 * STATE + 512);
    assertThat(wide.forward()).isEqualTo(2 * SEQUENCE + STATE + wide.workspace());
  }

  @ParameterizedTest
  @CsvSource({
    "512, 1, 512, 2048, 4, 1, 1",
    "512, 4, 1024, 2048, 4, 2, 2",
    "256, 3, 512, 1536, 3, 3, 1",
    "512, 0, 0, 512, 1, 1, 1"
  })
  void itsShapesSayWhatItIs(
      long input,
      long layersAndDirections,
      long outputs,
      long rows,
      long gates,
      long layers,
      long directions) {
    Tensor given = new KernelPass().constant(32 * 128 * input, DType.BFLOAT16, Layout.CONTIGUOUS);
    assertThat(RecurrentBuffers.of(given, 32, input, 512, layersAndDirections, outputs, rows, 2))
        .isEqualTo(new RecurrentBuffers(gates, 32, 128, input, 512, layers, directions, 2));
  }

  @Test
  void theBackwardPassMakesGradientsOfWhatIsTrained() {
    // Given
    var kernel = new KernelPass();
    RecurrentBuffers buffers = measured(4, 1, 1, 4);
    Tensor input = kernel.trained(1000, DType.FLOAT32);
    Tensor state = kernel.constant(10, DType.FLOAT32, Layout.CONTIGUOUS);
    var node = kernel.node(buffers::back, input, state);
    // When
    @Nullable Tensor[] gradients =
        node.backward.run(kernel.pass, node, kernel.pass.like(input, Category.GRADIENTS));
    // Then
    assertThat(gradients).hasSize(2);
    assertThat(gradients[0]).extracting(gradient -> gradient.elements).isEqualTo(1000L);
    assertThat(gradients[1]).isNull();
    assertThat(kernel.taken()).containsExactly(buffers.backward());
  }
}
