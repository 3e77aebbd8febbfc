package dev.headroom.budget.whatif;

import dev.headroom.budget.Budget;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.TrainingSetup;

/// A change of a job's set-up and the memory that it would save.
///
/// @param change what to do, for people
/// @param setup the set-up with it
/// @param device how much lower the device peak's median is
/// @param prediction the budget with it
public record MemorySaver(
    String change, TrainingSetup setup, MemorySize device, Budget prediction) {}
