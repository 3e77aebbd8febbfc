"""Hugging Face Accelerate: `watch(accelerator, model, optimizer)` after `prepare`."""

from __future__ import annotations

from typing import Any

import torch

from headroom.reporter import Reporter
from headroom.reporter import watch as watch_job

_FORMATS = {"bf16": torch.bfloat16, "fp16": torch.float16}


def watch(accelerator: Any, model: Any, optimizer: Any, **arguments: Any) -> Reporter:
    """Lets Headroom watch a job of an Accelerator.

    Args:
        accelerator: says the autocast that it enters inside the model's call.
        model: as `accelerator.prepare` returned it.
        optimizer: the same.
        arguments: as for `headroom.watch`.
    """
    arguments.setdefault("autocast", _FORMATS.get(str(accelerator.mixed_precision)))
    return watch_job(model, optimizer, **arguments)
