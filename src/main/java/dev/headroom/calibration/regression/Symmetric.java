package dev.headroom.calibration.regression;

import java.util.Arrays;

/// Arithmetic of small symmetric matrices that are positive definite.
final class Symmetric {

  private Symmetric() {}

  static double[][] diagonal(double[] values) {
    double[][] matrix = new double[values.length][values.length];
    for (int i = 0; i < values.length; i++) {
      matrix[i][i] = values[i];
    }
    return matrix;
  }

  /// The inverse by Gauss and Jordan; such a matrix needs no pivoting.
  static double[][] inverse(double[][] matrix) {
    int n = matrix.length;
    double[][] left = copy(matrix);
    double[][] right = diagonal(filled(n, 1));
    for (int i = 0; i < n; i++) {
      double pivot = left[i][i];
      for (int k = 0; k < n; k++) {
        left[i][k] /= pivot;
        right[i][k] /= pivot;
      }
      for (int row = 0; row < n; row++) {
        double factor = left[row][i];
        if (row != i && factor != 0) {
          for (int k = 0; k < n; k++) {
            left[row][k] -= factor * left[i][k];
            right[row][k] -= factor * right[i][k];
          }
        }
      }
    }
    return right;
  }

  static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      for (int k = 0; k < vector.length; k++) {
        product[i] += matrix[i][k] * vector[k];
      }
    }
    return product;
  }

  static double[][] copy(double[][] matrix) {
    double[][] copy = new double[matrix.length][];
    for (int i = 0; i < matrix.length; i++) {
      copy[i] = matrix[i].clone();
    }
    return copy;
  }

  private static double[] filled(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }
}
