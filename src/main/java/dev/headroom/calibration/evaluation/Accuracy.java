package dev.headroom.calibration.evaluation;

/// How right predictions were; all but `runs` are ratios, NaN where nothing was judged.
///
/// @param median of |P50 − measured| / measured
/// @param p90 of the same: nine of ten predictions are nearer
/// @param bias the median of (P50 − measured) / measured: positive where too much is predicted
/// @param p95Coverage the share of runs that stayed within P95
/// @param width the median of P95 / P50
/// @param cappedFailures the share of runs that would have died if capped at P95
/// @param runs predictions that were judged
public record Accuracy(
    double median,
    double p90,
    double bias,
    double p95Coverage,
    double width,
    double cappedFailures,
    long runs) {}
