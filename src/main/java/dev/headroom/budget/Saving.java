package dev.headroom.budget;

import dev.headroom.network.TrainingSetup;

/// A change to a job's set-up, and what it would save.
///
/// @param change what to do, for people
/// @param setup the set-up with it
/// @param device how much lower the device peak's median is
/// @param prediction the budget with it
public record Saving(String change, TrainingSetup setup, MemorySize device, Budget prediction) {}
