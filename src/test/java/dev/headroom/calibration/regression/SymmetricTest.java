package dev.headroom.calibration.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anInverseUndoesItsMatrix(long seed) {
    var random = new Random(seed);
    for (int n = 1; n <= 6; n++) {
      // Given a matrix times its transpose, which is symmetric and positive definite
      double[][] factor = new double[n][n];
      for (double[] row : factor) {
        for (int k = 0; k < n; k++) {
          row[k] = random.nextGaussian();
        }
      }
      double[][] matrix = new double[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          matrix[i][j] = i == j ? 0.5 : 0;
          for (int k = 0; k < n; k++) {
            matrix[i][j] += factor[i][k] * factor[j][k];
          }
        }
      }
      double[][] before = Symmetric.copy(matrix);
      // When
      double[][] inverse = Symmetric.inverse(matrix);
      // Then
      assertThat(matrix).isDeepEqualTo(before);
      double[] vector = random.doubles(n).toArray();
      double[] again = Symmetric.times(inverse, Symmetric.times(matrix, vector));
      assertThat(again).containsExactly(vector, within(1e-8));
    }
  }

  @Test
  void aDiagonalScales() {
    double[][] diagonal = Symmetric.diagonal(new double[] {2, 3});
    assertThat(diagonal).isDeepEqualTo(new double[][] {{2, 0}, {0, 3}});
    assertThat(Symmetric.times(diagonal, new double[] {5, 7})).containsExactly(10, 21);
    double[][] copy = Symmetric.copy(diagonal);
    copy[0][0] = 9;
    assertThat(diagonal[0][0]).isEqualTo(2);
  }
}
