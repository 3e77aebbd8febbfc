"""The messages of a job: its layer configuration, and samples of what it holds."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headroom.devices import Device
from headroom.records import CONFIGS, SAMPLES, Record, now_ms
from headroom.settings import Settings

PHASES = (
    "startup",
    "model_loaded",
    "forward",
    "backward",
    "optimizer_step",
    "idle",
    "evaluation",
    "ended",
)
OUTCOMES = ("completed", "failed", "out_of_memory")


@dataclass(frozen=True)
class Sample:
    """What a process holds on one device; sizes in bytes, None where nobody knows.

    Attributes:
        allocated, reserved: of the framework's allocator, at the fullest moment since the last
            sample.
        used, total: of the whole device, of whomever, now.
        categories: bytes by category.
        outcome: how the job ended, with the phase `ended` only.
    """

    device: Device
    phase: str
    step: int
    allocated: int | None = None
    reserved: int | None = None
    used: int | None = None
    total: int | None = None
    categories: Mapping[str, int] | None = None
    outcome: str | None = None


def sample_record(settings: Settings, sample: Sample) -> Record:
    """The record of a sample that is taken now."""
    made = now_ms()
    message: dict[str, Any] = {
        "schema": "headroom/memory-sample/1",
        "job": settings.job,
        "run": settings.run,
        "rank": settings.rank,
        "host": settings.host,
        "pid": os.getpid(),
        "gpu": sample.device.name,
        "time": _rfc3339(made),
        "source": "framework",
        "phase": sample.phase,
        "outcome": sample.outcome,
        "step": sample.step,
        "device_used_bytes": sample.used,
        "device_total_bytes": sample.total,
        "allocated_bytes": sample.allocated,
        "reserved_bytes": sample.reserved,
        "categories": dict(sample.categories) if sample.categories else None,
    }
    known = {name: value for name, value in message.items() if value is not None}
    return Record(SAMPLES, settings.job, known, made)


def config_record(settings: Settings, config: Mapping[str, Any]) -> Record:
    """The record of a layer configuration."""
    message = {**config, "job": settings.job, "run": settings.run, **settings.ownership}
    return Record(CONFIGS, settings.job, message)


def unsupported_config(model: str, batch_size: int, reason: str) -> dict[str, Any]:
    """The configuration of a job that could not be described: measured, not predicted."""
    import torch

    framework = {"name": "pytorch", "version": torch.__version__.partition("+")[0]}
    if torch.version.cuda:
        framework["cuda"] = torch.version.cuda
    return {
        "schema": "headroom/layer-config/1",
        "model": model[:128],
        "framework": framework,
        "batch_size": max(1, batch_size),
        "inputs": [],
        "unsupported": " ".join(reason.split())[:1000],
    }


def _rfc3339(milliseconds: int) -> str:
    made = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
    return made.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"
