/// From Kafka to the ledger: wiring, settings, clients and topics of the monitor.
@NullMarked
package dev.headroom.ingest;

import org.jspecify.annotations.NullMarked;
