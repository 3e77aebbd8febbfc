package dev.headroom.calibration.drift;

/// A what-if under which a job should hold what was measured.
///
/// @param words what fits: `batch 64 (declared 32)`
/// @param misfit how badly it fits, 0 or more; comparable between explanations of one job only
public record Explanation(DriftCause cause, String words, double misfit)
    implements Comparable<Explanation> {

  /// The best first.
  @Override
  public int compareTo(Explanation other) {
    int order = Double.compare(misfit, other.misfit);
    return order != 0 ? order : words.compareTo(other.words);
  }

  /// For people: `fits batch 64 (declared 32)`.
  @Override
  public String toString() {
    return "fits " + words;
  }
}
