"""The forward passes that a capture runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from headroom.capture.running.arguments import Arguments
from headroom.capture.running.borrowed import state_of
from headroom.capture.running.calls import Call, Calls
from headroom.capture.running.fakes import Fakes
from headroom.capture.running.modules import DEVICE, Modules
from headroom.capture.running.recorder import Lifetimes, Operation, Recorder, nothing_saved

_DEPTH = 3
"""How deep in objects of a result tensors are looked for."""


@dataclass(slots=True)
class Recording:
    """A pass whose tensors are all alive.

    Attributes:
        operations: in order.
        inputs: the tensors that the model was given.
        outputs: the tensors that it gave back.
        calls: the framework's functions that its code called; empty where nobody watched.
    """

    operations: list[Operation]
    inputs: list[torch.Tensor]
    outputs: list[torch.Tensor]
    calls: list[Call]


class Passes:
    """Runs a borrowed model."""

    def __init__(self, model: nn.Module, arguments: Arguments, fakes: Fakes, modules: Modules) -> None:
        self._model = model
        self._arguments = arguments
        self._fakes = fakes
        self._modules = modules
        self._state = state_of(model)

    def under_autocast(self, batch: int) -> list[Call]:
        """The calls of a training pass under autocast; none where the model cannot run so."""
        self._settle()
        calls = Calls(self._modules)
        try:
            with self._fakes.mode, torch.enable_grad(), _autocast(torch.bfloat16), ExitStack() as stack:
                args, kwargs, _ = self._arguments.fakes(batch)
                stack.enter_context(calls)
                self._model(*args, **kwargs)
        except Exception:
            return []
        return calls.all

    def record(self, batch: int, seen: Mapping[int, Call] | None = None) -> Recording:
        """A training pass whose operators and tensors are kept.

        Args:
            batch: samples.
            seen: casts that a pass under autocast saw, by number; with them, calls are watched.
        """
        self._settle()
        calls = Calls(self._modules, seen) if seen is not None else None
        recorder = Recorder(self._modules, calls)
        with self._fakes.mode, torch.enable_grad(), _autocast(None), ExitStack() as stack:
            args, kwargs, tensors = self._arguments.fakes(batch)
            stack.enter_context(recorder)
            if calls is not None:
                stack.enter_context(calls)
            out = self._model(*args, **kwargs)
            stack.close()
        return Recording(recorder.operations, tensors, _tensors(out), calls.all if calls is not None else [])

    def lifetimes(self, batch: int) -> Lifetimes:
        """A training pass of which only Python's references keep something."""
        self._settle()
        return self._watched(batch, training=True)

    def evaluations(self, batch: int) -> tuple[Lifetimes, Lifetimes]:
        """Two passes in evaluation mode: modules keep values of the first for the second."""
        self._settle()
        self._model.train(False)
        return self._watched(batch, training=False), self._watched(batch, training=False)

    def _settle(self) -> None:
        """Each pass starts from what the model was: with the caches, the counters and the locks of before."""
        self._state.restore()
        del self._modules.stack[1:]

    def _watched(self, batch: int, training: bool) -> Lifetimes:
        watch = Lifetimes(self._modules)
        with self._fakes.mode, torch.set_grad_enabled(training), nothing_saved(), _autocast(None):
            args, kwargs, _ = self._arguments.fakes(batch)
            with watch:
                out = self._model(*args, **kwargs)
                watch.ended()
                del out
        return watch


@contextmanager
def _autocast(dtype: torch.dtype | None) -> Iterator[None]:
    """Autocast to a format, or none, whatever is on around; its cache of weights is left alone."""
    enabled, before, cache = _autocast_state()
    torch.set_autocast_enabled(DEVICE, dtype is not None)
    torch.set_autocast_dtype(DEVICE, dtype or before)
    torch.set_autocast_cache_enabled(False)
    try:
        yield
    finally:
        torch.set_autocast_enabled(DEVICE, enabled)
        torch.set_autocast_dtype(DEVICE, before)
        torch.set_autocast_cache_enabled(cache)


def _autocast_state() -> tuple[bool, torch.dtype, bool]:
    return torch.is_autocast_enabled(DEVICE), torch.get_autocast_dtype(DEVICE), torch.is_autocast_cache_enabled()


def _tensors(out: Any) -> list[torch.Tensor]:
    """All tensors of a result, also of objects in it: caches, outputs with attributes."""
    found: dict[int, torch.Tensor] = {}
    seen: set[int] = set()

    def look(value: Any, depth: int) -> None:
        for leaf in tree_leaves(value):
            if isinstance(leaf, torch.Tensor):
                found.setdefault(id(leaf), leaf)
            elif (
                depth and id(leaf) not in seen and not isinstance(leaf, (type, nn.Module)) and hasattr(leaf, "__dict__")
            ):
                seen.add(id(leaf))
                look(list(vars(leaf).values()), depth - 1)

    look(out, _DEPTH)
    return list(found.values())
