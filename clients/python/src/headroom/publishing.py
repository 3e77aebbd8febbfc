"""Sends the records of files to Kafka: `headroom publish`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from headroom.records import Record
from headroom.settings import Kafka
from headroom.transport import KafkaTransport, describe

_UNDER_WAY = 5_000
_SAID = 10


class Publishing:
    """Sends records in their order and waits until each has arrived.

    Attributes:
        sent: records that arrived.
        bad: lines that are no records.
        lost: records that did not arrive.
    """

    def __init__(self, kafka: Kafka, say: Callable[[str], None], patience: float) -> None:
        self.sent = self.bad = self.lost = 0
        self._where = describe(kafka)
        self._say = say
        self._patience = patience
        self._said = 0
        self._trouble = ""
        self._moved = time.monotonic()
        self._transport = KafkaTransport(kafka, self._heard)

    def publish(self, files: list[Path]) -> bool:
        """Sends them all.

        Returns:
            whether every line was a record and every record arrived.
        """
        records = 0
        for file in files:
            for record in self._records(file):
                records += 1
                self._transport.send(record, self._failed)
                if not self._wait_for(_UNDER_WAY):
                    return self._give_up()
        if not self._wait_for(0):
            return self._give_up()
        self.sent = records - self.lost
        return not self.lost and not self.bad

    def _records(self, file: Path) -> Iterator[Record]:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield Record.parse(line)
                    except ValueError as wrong:
                        self.bad += 1
                        self._complain(f"{file}, line {number}: {wrong}")

    def _wait_for(self, most: int) -> bool:
        """Waits until no more than that are under way; False when nothing moves any more."""
        waiting = self._transport.under_way()
        self._moved = time.monotonic()
        while waiting > most:
            self._transport.close(0.2)
            now = self._transport.under_way()
            if now < waiting:
                self._moved = time.monotonic()
            elif time.monotonic() - self._moved > self._patience:
                return False
            waiting = now
        return True

    def _give_up(self) -> bool:
        left = self._transport.under_way()
        self.lost += left
        why = f": {self._trouble}" if self._trouble else ""
        self._say(f"{self._where} takes no records, {left} were not sent after {self._patience:g} s{why}")
        return False

    def _failed(self, why: str) -> None:
        self.lost += 1
        self._complain(f"not sent: {why}")

    def _heard(self, trouble: str) -> None:
        self._trouble = trouble

    def _complain(self, what: str) -> None:
        self._said += 1
        if self._said <= _SAID:
            self._say(what)
        elif self._said == _SAID + 1:
            self._say("more of these are not said")
