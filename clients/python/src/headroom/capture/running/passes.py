"""The forward passes that a capture runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from headroom.capture.errors import HopelessError
from headroom.capture.running.arguments import Arguments
from headroom.capture.running.autocasts import Autocasts
from headroom.capture.running.borrowed import state_of
from headroom.capture.running.calls import Call, Calls
from headroom.capture.running.checkpoints import Checkpoints
from headroom.capture.running.fakes import Fakes
from headroom.capture.running.functions import Functions
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
        scores: those of them that a loss is computed of.
        calls: the framework's functions that its code called; empty where nobody watched.
        buffers: of the model after it, by name.
    """

    operations: list[Operation]
    inputs: list[torch.Tensor]
    outputs: list[torch.Tensor]
    scores: list[torch.Tensor]
    calls: list[Call]
    buffers: dict[str, torch.Tensor]


class Passes:
    """Runs a borrowed model."""

    def __init__(self, model: nn.Module, arguments: Arguments, fakes: Fakes, checkpoints: Checkpoints) -> None:
        self._model = model
        self._autocasts = Autocasts()
        self._functions = Functions()
        self._arguments = arguments
        self._fakes = fakes
        self._checkpoints = checkpoints
        self._modules = checkpoints.modules
        self._state = state_of(model)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Passes run within: the model's own autocasts and functions are seen."""
        with self._autocasts.watched(), self._functions.watched():
            yield

    def under_autocast(self, batch: int, around: bool) -> tuple[list[Call], torch.dtype | None]:
        """The calls of a training pass under autocast; none where the model cannot run so.

        Args:
            batch: samples.
            around: whether the job enters autocast around the model.

        Returns:
            the calls, and the format that the model's own autocast has, where only the model enters one.

        Raises:
            CaptureError: the model enters autocasts of several formats.
        """
        calls = [] if around else self._calls(batch, None)
        own = self._autocasts.entered
        if around or not own:
            return self._calls(batch, torch.bfloat16), None
        if len(own) > 1:
            raise HopelessError(f"the model enters autocast to more than one format: {', '.join(map(str, own))}")
        return calls, own[0]

    def _calls(self, batch: int, dtype: torch.dtype | None) -> list[Call]:
        self.settle()
        calls = Calls(self._modules)
        try:
            with self._fakes.mode, torch.enable_grad(), self._autocasts.around(dtype), ExitStack() as stack:
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
        self.settle()
        calls = Calls(self._modules, seen) if seen is not None else None
        recorder = Recorder(self._modules, self._functions, calls)
        with self._fakes.mode, torch.enable_grad(), self._autocasts.around(None, ignored=True), ExitStack() as stack:
            args, kwargs, tensors = self._arguments.fakes(batch)
            stack.enter_context(recorder)
            if calls is not None:
                stack.enter_context(calls)
            out = self._model(*args, **kwargs)
            stack.close()
        watched = calls.all if calls is not None else []
        buffers = dict(self._model.named_buffers())
        return Recording(recorder.operations, tensors, _tensors(out), _scores(out), watched, buffers)

    def trainings(self, batch: int) -> tuple[Lifetimes, Lifetimes]:
        """Two training passes of which only Python's references, and modules, keep something."""
        self.settle()
        return self._watched(batch, training=True), self._watched(batch, training=True)

    def evaluations(self, batch: int) -> tuple[Lifetimes, Lifetimes]:
        """Two passes in evaluation mode: modules keep values of the first for the second."""
        self.settle()
        self._model.train(False)
        return self._watched(batch, training=False), self._watched(batch, training=False)

    def settle(self) -> None:
        """Each pass starts from what the model was: with the caches, the counters and the locks of before."""
        self._state.restore()
        del self._modules.stack[1:]
        self._checkpoints.begin()

    def _watched(self, batch: int, training: bool) -> Lifetimes:
        self._checkpoints.begin()
        watch = Lifetimes(self._modules, self._functions)
        with (
            self._fakes.mode,
            torch.set_grad_enabled(training),
            nothing_saved(),
            self._autocasts.around(None, ignored=True),
        ):
            args, kwargs, _ = self._arguments.fakes(batch)
            with watch:
                out = self._model(*args, **kwargs)
                watch.ended()
                del out
        return watch


def _tensors(out: Any) -> list[torch.Tensor]:
    """All tensors of a result, also of objects in it: caches, outputs with attributes."""
    found: dict[int, torch.Tensor] = {}
    seen: set[int] = set()

    def look(value: Any, depth: int) -> None:
        for leaf in tree_leaves(value):
            if isinstance(leaf, torch.Tensor):
                found.setdefault(id(leaf), leaf)
            elif isinstance(leaf, Mapping) and depth:
                look(list(leaf.values()), depth - 1)
            elif (
                depth and id(leaf) not in seen and not isinstance(leaf, (type, nn.Module)) and hasattr(leaf, "__dict__")
            ):
                seen.add(id(leaf))
                look(list(vars(leaf).values()), depth - 1)

    look(out, _DEPTH)
    return list(found.values())


def _scores(out: Any) -> list[torch.Tensor]:
    """What a loss is computed of: the logits of a result that names them, the first of another such, else all."""
    found = _tensors(out)
    if isinstance(out, Mapping) and hasattr(out, "to_tuple"):  # transformers' ModelOutput: caches and states too
        logits = _tensors([value for key, value in out.items() if str(key).endswith("logits")])
        return logits or found[:1]
    return found
