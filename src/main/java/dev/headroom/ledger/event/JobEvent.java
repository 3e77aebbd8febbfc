package dev.headroom.ledger.event;

/// An event that the ledger folds: one decoded message with all that it says.
public sealed interface JobEvent
    permits ConfigRegistered,
        ConfigRefused,
        ConfigRemoved,
        MemorySampled,
        DeviceSampled,
        DeviceRemoved,
        JobSummarized,
        JobForgotten {}
