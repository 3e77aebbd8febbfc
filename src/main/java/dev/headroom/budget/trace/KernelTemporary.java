package dev.headroom.budget.trace;

/// What a CUDA kernel makes for itself and lets go of before its operator returns.
///
/// @param event it is there between this event and the one before it
/// @param place phase and layer, as the log packs them
record KernelTemporary(int event, long bytes, int place) {}
