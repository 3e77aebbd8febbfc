package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Every run of every reference network against PyTorch's own figures; prints what differs.
class GoldenRunsTest {

  private static final String TENSOR = "tensor_peak_bytes";
  private static final String ALLOCATED = "replayed_allocated_peak_bytes";
  private static final String RESERVED = "reserved_peak_bytes";

  private final Predictor predictor = new Predictor(new DevicePriors());

  private List<Difference> differences(Predicate<Golden.Run> wanted) {
    var differences = new ArrayList<Difference>();
    for (String network : Golden.networks()) {
      for (Golden.Run run : Golden.runs(network)) {
        if (wanted.test(run)) {
          differences.add(Difference.of(run, predictor.predict(run.config())));
        }
      }
    }
    differences.stream()
        .filter(it -> !it.told().isEmpty())
        .forEach(it -> System.out.println(it.run().title() + ":" + it.told()));
    System.out.println(differences.size() + " runs compared");
    return differences;
  }

  @Test
  void plainTrainingIsExactButForTheLastThousandth() {
    // Given float32 training without accumulation or checkpointing
    // When it is predicted
    List<Difference> differences = differences(Golden.Run::isPlain);
    // Then
    assertThat(differences).hasSizeGreaterThan(80);
    for (Difference it : differences) {
      for (String figure :
          List.of(
              "parameter_bytes",
              "buffer_bytes",
              "gradient_bytes",
              "optimizer_state_bytes",
              "saved_bytes",
              "after_forward_bytes")) {
        assertThat(it.isExact(figure)).as(it.run().title() + it.told()).isTrue();
      }
      assertThat(it.off(TENSOR)).as(it.run().title() + it.told()).isLessThan(0.001);
      assertThat(it.off(ALLOCATED)).as(it.run().title() + it.told()).isLessThan(0.001);
      assertThat(it.off(RESERVED)).as(it.run().title() + it.told()).isLessThan(0.01);
    }
  }

  @Test
  void everyRunIsSavedExactlyAndPeaksCloseToIt() {
    // Given every run: precisions, accumulation, checkpointing, inference, optimizers
    // When it is predicted
    List<Difference> differences = differences(_ -> true);
    // Then
    assertThat(differences).hasSizeGreaterThan(200);
    for (Difference it : differences) {
      for (String figure :
          List.of(
              "parameter_bytes",
              "buffer_bytes",
              "gradient_bytes",
              "optimizer_state_bytes",
              "saved_bytes",
              "after_forward_bytes")) {
        assertThat(it.isExact(figure)).as(it.run().title() + it.told()).isTrue();
      }
      for (String figure : List.of(TENSOR, ALLOCATED)) {
        assertThat(it.off(figure)).as(it.run().title() + it.told()).isLessThan(0.005);
      }
      assertThat(it.off(RESERVED)).as(it.run().title() + it.told()).isLessThan(0.05);
    }
    double[] reserved = differences.stream().mapToDouble(it -> it.off(RESERVED)).sorted().toArray();
    assertThat(reserved[reserved.length / 2]).isLessThan(0.01);
    assertThat(share(differences, TENSOR)).isGreaterThanOrEqualTo(0.9);
    assertThat(share(differences, ALLOCATED)).isGreaterThanOrEqualTo(0.9);
  }

  /// Networks of which any run differs in any figure are these only, and this is why.
  ///
  /// - googlenet, batch 32: one small segment of 2 MiB less; all tensors and blocks are equal, so
  ///   it is the choice among free blocks of one size;
  /// - swin_t under autocast: `torch.matmul` casts both operands before it copies one, a config
  ///   shows the copy first; its attention mask is made of temporaries that a config leaves out;
  /// - swin_t in evaluation: the same temporaries;
  /// - convnext_tiny, checkpointed: statistics of one norm (384 bytes) a moment longer.
  @Test
  void whatDiffersIsKnownAndWhy() {
    // Given every run
    // When it is predicted
    List<Difference> differences = differences(_ -> true);
    // Then
    assertThat(
            differences.stream()
                .filter(it -> !it.told().isEmpty())
                .map(it -> it.run().network())
                .distinct())
        .containsExactly("convnext_tiny", "googlenet", "swin_t");
  }

  private static double share(List<Difference> differences, String figure) {
    return differences.stream().filter(it -> it.isExact(figure)).count()
        / (double) differences.size();
  }
}
