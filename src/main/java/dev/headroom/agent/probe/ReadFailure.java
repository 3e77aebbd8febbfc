package dev.headroom.agent.probe;

/// A call that failed, so that its value is absent.
///
/// @param call the function that was asked
/// @param reason why it did not answer, out of a fixed set: a label of a counter
/// @param device the GPU's UUID, or `""` where it is not known or no GPU is concerned
public record ReadFailure(String call, String reason, String device) {}
