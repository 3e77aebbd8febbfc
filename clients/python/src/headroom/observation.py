"""What one optimizer step held: read by the thread that trains, published by another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import torch

from headroom import categories
from headroom.devices import Device
from headroom.peaks import PeakStatistics, Usage


@dataclass
class Fullest:
    """The fullest moment of a GPU since the last message, in bytes.

    Attributes:
        phase: in which it was, as far as that was seen.
    """

    allocated: int = 0
    reserved: int = 0
    phase: str | None = None

    def include(self, allocated: int, reserved: int, phase: str | None) -> None:
        """Takes another moment in."""
        if allocated > self.allocated:
            self.allocated = allocated
            self.phase = phase or self.phase
        self.reserved = max(self.reserved, reserved)


class PeakReader:
    """The fullest moment of one GPU since the last message."""

    def __init__(self, peaks: PeakStatistics, index: int) -> None:
        self._peaks = peaks
        self._index = index
        self._before = 0

    def look(self, into: Fullest, phase: str | None) -> int:
        """Takes in what was held since the last look; by the thread that trains.

        Returns:
            what is allocated now, in bytes.
        """
        usage = self._peaks.follow(self._index)
        self._include(usage, into, phase)
        self._before = usage.allocated_peak
        return usage.allocated

    def peek(self, into: Fullest, phase: str | None) -> None:
        """Takes in what was held since the last restart; by any thread."""
        self._include(self._peaks.read(self._index), into, phase)

    def _include(self, usage: Usage, into: Fullest, phase: str | None) -> None:
        if not self._peaks.used_by_job:
            into.include(usage.allocated_peak, usage.reserved_peak, phase)
        elif usage.allocated_peak > self._before:
            into.include(usage.allocated_peak, usage.reserved, phase)
        else:
            # The peak is of a time before the last message; what is held now is all we know.
            into.include(usage.allocated, usage.reserved, phase)

    def restart(self) -> None:
        """Lets the peak begin anew, where the job leaves it to us."""
        self._peaks.reset(self._index)
        if not self._peaks.used_by_job:
            self._before = 0


@dataclass
class Observation:
    """One optimizer step, watched.

    Attributes:
        readers: one a GPU; none where there is no GPU.
        evaluation: whether it is a call in evaluation, and no optimizer step.
        fullest: what they saw, by device.
        categories: bytes by category, by device.
    """

    devices: tuple[Device, ...]
    readers: dict[Device, PeakReader]
    evaluation: bool
    fullest: dict[Device, Fullest] = field(default_factory=dict)
    categories: dict[Device, dict[str, int]] = field(default_factory=dict)
    _before: dict[Device, int] = field(default_factory=dict)

    def begin(self, arguments: Any) -> None:
        """The step's first forward pass begins."""
        for device in self.devices:
            self.fullest[device] = Fullest()
            self.categories[device] = {"input_data": categories.input_bytes(arguments, device)}
        for device, reader in self.readers.items():
            self._before[device] = reader.look(self.fullest[device], None)
            reader.restart()

    def end_of(self, phase: str) -> None:
        """A phase of the step ends."""
        for device, reader in self.readers.items():
            now = reader.look(self.fullest[device], phase)
            if phase == "forward":
                held = self.categories[device]
                left = now - self._before[device]
                held["feature_maps"] = max(left, held.get("feature_maps", 0))

    def measure_gradients(self, models: Iterable[torch.nn.Module]) -> None:
        """Gradients are complete: the optimizer's step begins."""
        found = list(models)
        for device in self.devices:
            self.categories[device]["gradients"] = categories.gradient_bytes(found, device)

    def finish(self) -> None:
        """The step is over."""
        for reader in self.readers.values():
            reader.restart()
