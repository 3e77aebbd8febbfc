"""How a model is trained, as a layer config says it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import torch
from torch import nn

from headroom.capture.running.modules import DEVICE
from headroom.capture.sharding import sharding

_OPTIMIZERS = {
    "sgd": "sgd", "adam": "adam", "adamw": "adamw", "nadam": "nadam", "radam": "radam", "adamax": "adamax",
    "adadelta": "adadelta", "adagrad": "adagrad", "rmsprop": "rmsprop", "adafactor": "adafactor", "lion": "lion",
    "lamb": "lamb", "lars": "lars", "adam8bit": "adam8bit", "adamw8bit": "adam8bit",
}  # fmt: skip
_LOSSES = {
    "crossentropyloss": "cross_entropy", "cross_entropy": "cross_entropy",
    "bcewithlogitsloss": "bce_with_logits", "binary_cross_entropy_with_logits": "bce_with_logits",
    "bce_with_logits": "bce_with_logits", "mseloss": "mse", "mse_loss": "mse", "mse": "mse",
    "l1loss": "l1", "l1_loss": "l1", "l1": "l1", "smoothl1loss": "smooth_l1", "smooth_l1_loss": "smooth_l1",
    "smooth_l1": "smooth_l1", "none": "none",
}  # fmt: skip


@dataclass(slots=True)
class Wrapping:
    """A model without what wraps it.

    Attributes:
        model: the innermost.
        compiled: whether torch.compile runs it.
        parallelism: as the contract says it, empty for none.
        unsupported: why what wraps it cannot be described.
    """

    model: nn.Module
    compiled: bool = False
    parallelism: dict[str, Any] = field(default_factory=dict)
    unsupported: str | None = None


def unwrapped(model: nn.Module) -> Wrapping:
    """Takes off torch.compile, DistributedDataParallel and the like, and reads fully_shard."""
    found = Wrapping(model)
    while True:
        kind = type(found.model).__name__
        module = type(found.model).__module__
        if kind == "OptimizedModule" and hasattr(found.model, "_orig_mod"):
            found.compiled = True
            found.model = cast(nn.Module, found.model._orig_mod)
        elif isinstance(found.model, nn.parallel.DistributedDataParallel):
            found.parallelism = _ddp(found.model)
            found.model = found.model.module
        elif isinstance(found.model, nn.DataParallel):
            found.model = found.model.module
        elif kind == "FullyShardedDataParallel" and module.startswith("torch.distributed"):
            found.unsupported = "FullyShardedDataParallel holds flat parameters; fully_shard can be described"
            break
        else:
            break
    found.compiled = found.compiled or any(
        getattr(m, "_compiled_call_impl", None) is not None or type(m).__name__ == "OptimizedModule"
        for m in found.model.modules()
    )
    try:
        found.parallelism = sharding(found.model) or found.parallelism
    except ValueError as reason:
        found.unsupported = found.unsupported or str(reason)
    return found


def _ddp(model: nn.parallel.DistributedDataParallel) -> dict[str, Any]:
    return {
        "strategy": "ddp",
        "world_size": model.process_group.size() if model.process_group is not None else _world_size(),
        "gradient_as_bucket_view": bool(model.gradient_as_bucket_view),
        "bucket_cap_mb": int(getattr(model, "bucket_bytes_cap", 25 << 20)) >> 20,
    }


def _world_size() -> int:
    distributed = torch.distributed
    return distributed.get_world_size() if distributed.is_available() and distributed.is_initialized() else 1


def framework() -> dict[str, str]:
    """PyTorch's version, and that of the CUDA it is built for."""
    version = {"name": "pytorch", "version": torch.__version__.split("+")[0]}
    if torch.version.cuda is not None:
        version["cuda"] = torch.version.cuda
    return version


def optimizer(of: torch.optim.Optimizer | Mapping[str, Any]) -> dict[str, Any]:
    """An optimizer's class, the options that cost memory, and how it steps on CUDA.

    Raises:
        ValueError: the class is none that the contract knows.
    """
    if isinstance(of, Mapping):
        return dict(of)
    inner = getattr(of, "optimizer", of)  # Accelerate, Lightning and ZeRO wrap the real one
    kind = next(
        (_OPTIMIZERS[c.__name__.lower()] for c in type(inner).__mro__ if c.__name__.lower() in _OPTIMIZERS), None
    )
    if kind is None:
        raise ValueError(f"the optimizer {type(inner).__name__} is not known")
    options = inner.param_groups[0]
    found: dict[str, Any] = {"type": kind}
    for option in ("momentum", "weight_decay"):
        if options.get(option):
            found[option] = float(options[option])
    for option in ("nesterov", "amsgrad", "centered"):
        if options.get(option):
            found[option] = True
    found["implementation"] = _implementation(options)
    return found


def _implementation(options: Mapping[str, Any]) -> str:
    """For CUDA tensors foreach is PyTorch's default."""
    if options.get("fused"):
        return "fused"
    return "for_loop" if options.get("foreach") is False or options.get("differentiable") else "foreach"


def autocast_format(of: torch.dtype | str | bool | None) -> str | None:
    """The format of autocast: what is said, or what is entered right now."""
    if of is None:
        for device in (DEVICE, "cpu"):
            if torch.is_autocast_enabled(device):
                of = torch.get_autocast_dtype(device)
                break
    if of is None or isinstance(of, bool):
        return None
    return str(of).removeprefix("torch.")


def loss_type(of: str | nn.Module | Callable[..., Any]) -> str:
    """The contract's word for a loss.

    Raises:
        ValueError: it has none.
    """
    name = of if isinstance(of, str) else getattr(of, "__name__", type(of).__name__)
    if name.lower() not in _LOSSES:
        raise ValueError(f"the loss {name} is not known")
    return _LOSSES[name.lower()]


def allocator() -> dict[str, Any]:
    """The settings of PyTorch's allocator that change what it reserves."""
    text = os.environ.get("PYTORCH_ALLOC_CONF") or os.environ.get("PYTORCH_CUDA_ALLOC_CONF") or ""
    settings = dict(part.strip().partition(":")[::2] for part in text.split(",") if ":" in part)
    return {"expandable_segments": settings.get("expandable_segments", "").strip().lower() == "true"}
