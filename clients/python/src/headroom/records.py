"""The records that a job publishes: a topic, the job as key, a message, and when it was made."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

PREFIX = "headroom."
CONFIGS = PREFIX + "layer-configs"
SAMPLES = PREFIX + "memory-samples"
TOPICS = (CONFIGS, SAMPLES, PREFIX + "device-samples")


def now_ms() -> int:
    """The time now, in milliseconds since 1970 (UTC)."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Record:
    """One record of one topic.

    Attributes:
        topic: the topic, as the contract and files call it.
        key: the record's key, the job's name.
        value: the message; None ends a job's registration.
        time_ms: when it was made, milliseconds since 1970 (UTC): the record's Kafka timestamp.
    """

    topic: str
    key: str
    value: dict[str, Any] | None
    time_ms: int = field(default_factory=now_ms)

    def topic_of(self, prefix: str) -> str:
        """The topic in a Kafka where the names begin with that prefix."""
        return prefix + self.topic.removeprefix(PREFIX)

    def message(self) -> bytes | None:
        """The Kafka record's value."""
        return None if self.value is None else _compact(self.value)

    def line(self) -> bytes:
        """The record as a line of a file, with its line feed."""
        fields = {
            "topic": self.topic,
            "key": self.key,
            "time": self.time_ms,
            "value": self.value,
        }
        return _compact(fields) + b"\n"

    @staticmethod
    def parse(line: bytes) -> Record:
        """Reads a line of a file.

        Raises:
            ValueError: it is no record; the text says what is wrong with it.
        """
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            raise ValueError("not a whole line of JSON") from None
        if not isinstance(fields, dict):
            raise ValueError("not a JSON object")
        topic, key, value = (fields.get(name) for name in ("topic", "key", "value"))
        if topic not in TOPICS:
            raise ValueError(f"topic is none of {', '.join(TOPICS)}: {topic!r}")
        if not isinstance(key, str) or not key:
            raise ValueError(f"key is no text: {key!r}")
        if "value" not in fields or not (value is None or isinstance(value, dict)):
            raise ValueError("value is neither an object nor null")
        made = fields.get("time", now_ms())
        if not isinstance(made, int) or isinstance(made, bool) or made < 0:
            raise ValueError(f"time is no number of milliseconds since 1970: {made!r}")
        return Record(topic, key, value, made)


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
