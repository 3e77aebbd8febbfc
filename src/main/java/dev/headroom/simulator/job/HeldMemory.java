package dev.headroom.simulator.job;

import dev.headroom.sample.JobPhase;

/// The memory that a process holds at one moment of its run, in bytes.
///
/// @param step the optimizer's steps so far
/// @param optimizerState zero before the first step
/// @param gradients the most of the present step; zero before the first
/// @param input zero before the first step
public record HeldMemory(
    JobPhase phase,
    long step,
    long allocated,
    long reserved,
    long process,
    long parameters,
    long gradients,
    long optimizerState,
    long input) {}
