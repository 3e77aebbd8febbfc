package dev.headroom.ledger.event;

/// What the ledger folds: one decoded message of a topic, with all that is in it and nothing else.
public sealed interface JobEvent
    permits ConfigRegistered,
        ConfigRemoved,
        MemorySampled,
        DeviceSampled,
        DeviceRemoved,
        JobSummarized,
        JobForgotten {}
