"""The allocator's peaks, shared with the job that may read and reset them as well.

Between two messages the allocator itself keeps the peak; it begins anew when we reset it. A job
that reads its peaks still sees what it would have seen: what we reset is given back to it, and from
its first look on nothing is reset any more.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

_Nested = dict[str, Any]
_read: Callable[..., _Nested] = torch.cuda.memory.memory_stats_as_nested_dict


@dataclass(frozen=True)
class Usage:
    """What the caching allocator of one GPU holds, in bytes; peaks since they were last reset."""

    allocated: int
    reserved: int
    allocated_peak: int
    reserved_peak: int


class PeakStatistics:
    """The peaks of all GPUs of this process.

    Attributes:
        used_by_job: whether the job has read or reset peaks itself.
    """

    def __init__(self) -> None:
        self.used_by_job = False
        self._taken: dict[int, dict[tuple[str, str], int]] = {}
        self._highest: dict[int, int] = {}
        self._unpatch = contextlib.ExitStack()

    def watch_job(self) -> None:
        """From now on sees whether the job uses the peaks; of two reporters the first one has them."""
        memory = torch.cuda.memory
        if memory.memory_stats_as_nested_dict is not _read:
            self.used_by_job = True
            return
        reset = memory.reset_peak_memory_stats

        def job_reads(device: Any = None) -> _Nested:
            stats = _read(device)
            if stats:
                self.used_by_job |= not _wants_current()
                _give_back(stats, self._taken.get(_index(device), {}))
            return stats

        def job_resets(device: Any = None) -> None:
            self.used_by_job = True
            self._forget(_index(device))
            reset(device)

        self._replace(memory, "memory_stats_as_nested_dict", job_reads)
        self._replace(torch.cuda, "memory_stats_as_nested_dict", job_reads)
        self._replace(memory, "reset_peak_memory_stats", job_resets)
        self._replace(torch.cuda, "reset_peak_memory_stats", job_resets)
        accelerator = getattr(getattr(torch, "accelerator", None), "memory", None)
        if accelerator is not None:
            self._watch_accelerator(accelerator)

    def _watch_accelerator(self, accelerator: Any) -> None:
        read, reset = accelerator.memory_stats, accelerator.reset_peak_memory_stats

        def job_reads(*device: Any) -> Any:
            stats = read(*device)
            if stats:
                self.used_by_job |= not _wants_current()
                for (kind, pool), peak in self._taken.get(_index(*device), {}).items():
                    name = f"{kind}.{pool}.peak"
                    stats[name] = max(peak, stats.get(name, 0))
            return stats

        def job_resets(*device: Any) -> None:
            self.used_by_job = True
            self._forget(_index(*device))
            reset(*device)

        for module in (accelerator, torch.accelerator):
            self._replace(module, "memory_stats", job_reads)
            self._replace(module, "reset_peak_memory_stats", job_resets)

    def _replace(self, module: Any, name: str, function: Callable[..., Any]) -> None:
        before = getattr(module, name, None)
        if before is not None:
            setattr(module, name, function)
            self._unpatch.callback(_put_back, module, name, function, before)

    def _forget(self, device: int) -> None:
        self._taken.pop(device, None)
        self._highest.pop(device, None)

    def leave_job(self) -> None:
        """Takes everything back that `watch_job` did."""
        self._unpatch.close()

    def read(self, device: int) -> Usage:
        """What that GPU's allocator holds now, without waiting for the GPU."""
        return _usage(_read(device))

    def follow(self, device: int) -> Usage:
        """The same, for the one thread that also resets: sees resets that went around us."""
        usage = self.read(device)
        if usage.allocated_peak < self._highest.get(device, 0):
            # By a function that the job had got hold of before we looked.
            self.used_by_job = True
            self._forget(device)
        self._highest[device] = usage.allocated_peak
        return usage

    def reset(self, device: int) -> None:
        """Lets that GPU's peaks begin anew, unless the job uses them."""
        if self.used_by_job:
            return
        taken = self._taken.setdefault(device, {})
        for kind, pools in _read(device).items():
            if isinstance(pools, dict):
                for pool, stat in pools.items():
                    if isinstance(stat, dict) and "peak" in stat:
                        place = (kind, pool)
                        taken[place] = max(taken.get(place, 0), stat["peak"])
        torch._C._cuda_resetPeakMemoryStats(device)
        self._highest.pop(device, None)


def _usage(stats: _Nested) -> Usage:
    if not stats:
        return Usage(0, 0, 0, 0)
    allocated, reserved = stats["allocated_bytes"]["all"], stats["reserved_bytes"]["all"]
    return Usage(allocated["current"], reserved["current"], allocated["peak"], reserved["peak"])


def _give_back(stats: _Nested, taken: dict[tuple[str, str], int]) -> None:
    for (kind, pool), peak in taken.items():
        stat = stats.get(kind, {}).get(pool)
        if stat is not None:
            stat["peak"] = max(stat["peak"], peak)


def _index(device: Any = None) -> int:
    if device is None:
        return torch.cuda.current_device()
    if isinstance(device, int):
        return device
    index = torch.device(device).index
    return torch.cuda.current_device() if index is None else index


def _wants_current() -> bool:
    """Whether the job asks for what is held now only; `memory_allocated` reads all statistics."""
    frame = sys._getframe(2)
    asked = {frame.f_code.co_name, frame.f_back.f_code.co_name if frame.f_back else ""}
    return bool(asked & {"memory_allocated", "memory_reserved"})


def _put_back(module: Any, name: str, ours: Any, before: Any) -> None:
    if getattr(module, name, None) is ours:
        setattr(module, name, before)
