"""The layer config of a model that is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import DataDependentOutputException, DynamicOutputShapeException

from headroom.capture import setup
from headroom.capture.capturing import layers_of, precision_of
from headroom.capture.errors import CaptureError, HopelessError
from headroom.capture.layers.graph import dtype_name
from headroom.capture.running.arguments import Arguments
from headroom.capture.running.attention import Capability
from headroom.capture.sharding import name_of

SCHEMA = "headroom/layer-config/1"
BATCHES = ((2, 3), (4, 6))
"""Batch sizes to run at; the next pair is tried where a model cannot do with the one before."""

MAX_LAYERS = 20_000


def capture(
    model: nn.Module,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    optimizer: torch.optim.Optimizer | Mapping[str, Any] | None = None,
    loss: str | nn.Module | Callable[..., Any] | None = None,
    autocast: torch.dtype | str | bool | None = None,
    mode: str | None = None,
    batch_size: int | None = None,
    accumulation_steps: int = 1,
    set_to_none: bool = True,
    checkpointing: Sequence[str] | None = None,
    capability: Capability | None = None,
    job: str = "job",
    run: str | None = None,
    name: str | None = None,
) -> dict[str, Any]:
    """Repeats a call of a model on tensors without memory, and says what it is made of.

    The model, its state, hooks and random numbers stay as they were; no GPU is needed or used.

    Args:
        model: as it is called, also wrapped by DistributedDataParallel, fully_shard or torch.compile.
        args: the call's positional arguments; of tensors only shapes and formats count.
        kwargs: its keyword arguments.
        optimizer: what trains it, or the contract's words for that.
        loss: a loss module, a function of torch.nn.functional or the contract's word; None for what the model computes
            itself, else cross entropy.
        autocast: its format, False for none, None for what is entered now.
        mode: training or inference; None for the model's own.
        batch_size: of one rank; None for that of the arguments.
        accumulation_steps: backward passes for each optimizer step.
        set_to_none: how gradients are reset.
        checkpointing: paths of the modules whose forward is recomputed; None for what the call shows.
        capability: of the GPU that it is for; None for the one here, else 8.0.
        job: its name.
        run: tells the starts of a job apart.
        name: of the model; None for its class.

    Returns:
        a layer config message.

    Raises:
        CaptureError: it cannot be described; the error has the config with the reason in place of layers.
    """
    wrapping = setup.unwrapped(model)
    inner = wrapping.model
    config: dict[str, Any] = {"schema": SCHEMA, "job": job}
    if run is not None:
        config["run"] = run
    config["model"] = (name or name_of(inner))[:128]
    config["framework"] = setup.framework()
    config["mode"] = mode or ("training" if inner.training else "inference")
    config["batch_size"] = batch_size or 1
    config["precision"] = {
        "parameters": dtype_name(precision_of(inner)),
        "autocast": setup.autocast_format(autocast),
    }
    try:
        _train(config, optimizer, accumulation_steps, set_to_none)
        if wrapping.unsupported is not None:
            raise CaptureError(wrapping.unsupported)
        if wrapping.parallelism:
            config["parallelism"] = wrapping.parallelism
        if wrapping.compiled:
            config["compiled"] = True
        config["allocator"] = setup.allocator()
        config["batch_size"] = Arguments(inner, args, kwargs or {}, batch_size).batch
        captured, config["batch_size"] = _captured(
            inner, args, kwargs or {}, batch_size, capability, config["precision"]["autocast"] is not None
        )
        if len(captured["layers"]) > MAX_LAYERS:
            raise CaptureError(f"the model runs {len(captured['layers'])} operators, more than {MAX_LAYERS}")
        own = captured.pop("autocast")
        if own is not None:
            config["precision"]["autocast"] = own
        recomputed = captured.pop("checkpointing")
        config["checkpointing"] = list(checkpointing) if checkpointing is not None else recomputed
        inside, scores = captured.pop("loss"), captured.pop("scores")
        config.update(captured)
        config["loss"] = {"type": setup.loss_type(loss), "inputs": scores} if loss is not None else inside
    except (CaptureError, ValueError) as failure:
        reason = _sentence(str(failure))
        config.setdefault("inputs", [])
        raise CaptureError(reason, {**config, "unsupported": reason}) from failure
    return config


def _train(
    config: dict[str, Any], optimizer: torch.optim.Optimizer | Mapping[str, Any] | None, steps: int, set_to_none: bool
) -> None:
    if optimizer is not None:
        config["optimizer"] = setup.optimizer(optimizer)
    config["gradients"] = {"set_to_none": set_to_none, "accumulation_steps": steps}


def _captured(
    model: nn.Module,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    batch_size: int | None,
    capability: Capability | None,
    autocast: bool,
) -> tuple[dict[str, Any], int]:
    """What the model is made of, and the batch that it was called with.

    Samples are counted by the first dimension, else by the second (sequences may come first); the pairs of batch sizes
    are tried in turn.

    Raises:
        CaptureError: none of that works; it says what the first failed with.
    """
    first: Exception | None = None
    for dimension in (0, 1):
        for batches in BATCHES:
            try:
                arguments = Arguments(model, args, kwargs, batch_size, dimension)
                return layers_of(model, arguments, batches, capability, autocast), arguments.batch
            except HopelessError:
                raise
            except Exception as failure:
                first = first or failure
    assert first is not None
    if isinstance(first, CaptureError):
        raise first
    if isinstance(first, (DataDependentOutputException, DynamicOutputShapeException)):
        raise CaptureError(f"what the model runs depends on values ({first})") from first
    raise CaptureError(f"the model cannot run on tensors without values: {type(first).__name__}: {first}") from first


def _sentence(text: str) -> str:
    return " ".join(text.split())[:1000]
