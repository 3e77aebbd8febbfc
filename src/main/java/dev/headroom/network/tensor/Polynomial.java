package dev.headroom.network.tensor;

import java.util.List;
import java.util.Map;

/// A number that follows extents of the inputs: the sum of its terms.
public record Polynomial(List<Term> terms) {

  public static final int MAX_TERMS = 16;
  public static final int MAX_FACTORS = 8;

  public Polynomial {
    terms = List.copyOf(terms);
  }

  /// A product of named extents, times a number, over a number; one name may be a factor twice.
  public record Term(List<String> of, long times, long over) {

    public Term {
      of = List.copyOf(of);
      if (over < 1) {
        throw new IllegalArgumentException("over < 1: " + over);
      }
    }

    private long product(Map<String, Long> extents) {
      long product = times;
      for (String name : of) {
        Long extent = extents.get(name);
        if (extent == null) {
          throw new IllegalArgumentException("no input has an extent of that name: " + name);
        }
        product = Math.multiplyExact(product, extent);
      }
      return product;
    }
  }

  /// Its value for some extents.
  ///
  /// @throws IllegalArgumentException if that is no whole number of 0 or more
  public long value(Map<String, Long> extents) {
    long common = 1;
    for (Term term : terms) {
      common = Math.multiplyExact(common / gcd(common, term.over), term.over);
    }
    long sum = 0;
    for (Term term : terms) {
      long part = Math.multiplyExact(term.product(extents), common / term.over);
      sum = Math.addExact(sum, part);
    }
    if (sum < 0 || sum % common != 0) {
      throw new IllegalArgumentException("%d / %d is no extent".formatted(sum, common));
    }
    return sum / common;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
