package dev.headroom.ledger;

/// The answer to one event: the ledger afterwards, and what became of the event.
public record Step(Snapshot snapshot, Verdict verdict) {}
