"""Where records go: Kafka, or a file. Nothing here waits unless it says so."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from headroom.records import Record
from headroom.settings import Destination, File, Kafka

_LOST = Callable[[str], None]

# What librdkafka says of its connections goes here and nowhere else; our own warning says it once.
_quiet = logging.getLogger("headroom.librdkafka")
_quiet.propagate = False
_quiet.addHandler(logging.NullHandler())

_DEFAULTS: dict[str, Any] = {
    "client.id": "headroom-reporter",
    "linger.ms": 50,
    "compression.type": "gzip",
    "message.max.bytes": 9 << 20,
    "queue.buffering.max.messages": 10_000,
    "queue.buffering.max.kbytes": 16 << 10,
    "message.timeout.ms": 300_000,
    "socket.keepalive.enable": True,
    "reconnect.backoff.max.ms": 2_000,
    "topic.metadata.refresh.sparse": True,
    "log.connection.close": False,
    "log_level": 0,
}
_OURS: dict[str, Any] = {"enable.idempotence": True, "acks": "all"}


class TransportError(Exception):
    """Records cannot go there; the text is one sentence."""


class Transport(Protocol):
    """Takes records; used by one thread."""

    def send(self, record: Record, lost: _LOST) -> None:
        """Takes a record without waiting.

        Args:
            record: what to send.
            lost: called with the reason, here or later, if it does not arrive.
        """

    def serve(self) -> None:
        """Learns, without waiting, what became of records that were sent."""

    def close(self, patience: float) -> int:
        """Waits up to that many seconds for what is under way.

        Returns:
            how many records are still under way, and given up.
        """


def open_transport(destination: Kafka | File, trouble: _LOST) -> Transport:
    """The transport to that destination.

    Args:
        destination: brokers or a file.
        trouble: told what goes wrong beside single records, such as brokers that cannot be reached.

    Raises:
        TransportError: it cannot be used at all.
    """
    match destination:
        case Kafka():
            return KafkaTransport(destination, trouble)
        case File(path):
            return FileTransport(path)


def describe(destination: Destination) -> str:
    """The destination, without secrets, for people."""
    match destination:
        case Kafka(properties, _):
            return f"Kafka at {properties.get('bootstrap.servers')}"
        case File(path):
            return f"the file {path}"
        case _:
            return "nowhere"


class KafkaTransport:
    """Records to Kafka, by librdkafka's own threads and its bounded queue."""

    def __init__(self, kafka: Kafka, trouble: _LOST) -> None:
        from confluent_kafka import KafkaException, Producer

        self._prefix = kafka.prefix
        configuration = {**_DEFAULTS, **kafka.properties, **_OURS}
        configuration["error_cb"] = lambda error: trouble(str(error))
        try:
            self._producer = Producer(configuration, logger=_quiet)
        except (KafkaException, TypeError, ValueError) as wrong:
            raise TransportError(f"Kafka's client does not start: {_sentence(wrong)}") from None

    def send(self, record: Record, lost: _LOST) -> None:
        from confluent_kafka import KafkaException

        topic = record.topic_of(self._prefix)

        def delivered(error: Any, _message: Any) -> None:
            if error is not None:
                lost(f"{topic}: {error}")

        try:
            self._producer.produce(
                topic,
                key=record.key.encode(),
                value=record.message(),
                timestamp=record.time_ms,
                on_delivery=delivered,
            )
        except (BufferError, KafkaException) as full:
            lost(f"{topic}: {_sentence(full)}")
        self.serve()

    def serve(self) -> None:
        self._producer.poll(0)

    def close(self, patience: float) -> int:
        return int(self._producer.flush(patience))

    def under_way(self) -> int:
        """Records that were taken and have not arrived."""
        return len(self._producer)


class FileTransport:
    """Records to a file, a line each; several processes may append to one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._torn = False
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as wrong:
            reason = f"{path} cannot be written: {wrong.strerror or wrong}"
            raise TransportError(reason) from None

    def send(self, record: Record, lost: _LOST) -> None:
        # What a full disk cut off stays a line of its own.
        line = b"\n" * self._torn + record.line()
        try:
            written = os.write(self._file, line)
            self._torn = written < len(line)
            if self._torn:
                lost(f"{self._path}: only {written} of {len(line)} bytes were written")
        except OSError as wrong:
            lost(f"{self._path}: {wrong.strerror or wrong}")

    def serve(self) -> None:
        pass

    def close(self, patience: float) -> int:  # noqa: ARG002  a file has nothing under way
        with contextlib.suppress(OSError):
            os.close(self._file)
        return 0


def _sentence(wrong: BaseException) -> str:
    error = wrong.args[0] if wrong.args else wrong
    text = getattr(error, "str", None)
    return str(text()) if callable(text) else str(error)
