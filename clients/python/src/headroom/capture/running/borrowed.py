"""A model lent to a capture: its tensors become fake ones, and all it does to itself is undone.

Forward passes change what they run on: counters, caches, buffers, locks that stay held when an operator fails.
A copy of the model would run into what cannot be copied (locks, handles, closures), so the model itself runs and
what it is made of is put back afterwards, object by object.
"""

from __future__ import annotations

import functools
import logging
import random
import sys
import threading
import types
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

MAX_OBJECTS = 200_000
"""Where the search for state ends: what is behind is neither faked nor put back."""

_OPAQUE = (type, types.ModuleType, types.BuiltinFunctionType, threading.Thread, str, bytes, int, float, complex)
_OTHERS = (
    "torch.", "lightning.", "pytorch_lightning.", "accelerate.", "threading", "queue", "logging", "weakref",
    "multiprocessing", "concurrent.", "asyncio", "io", "_io", "headroom.",
)  # fmt: skip
_LOCKS = (type(threading.Lock()), type(threading.RLock()))


class State:
    """The contents of every container reachable from a model, and how to put them back."""

    def __init__(self, fake: Callable[[torch.Tensor], torch.Tensor] | None = None) -> None:
        """Fake: what stands for a tensor; without it tensors stay."""
        self._fake = fake
        self._seen: set[int] = set()
        self._kept: list[object] = []
        self._undo: list[Callable[[], None]] = []
        self._pending: deque[tuple[object, bool]] = deque()

    def walk(self, model: nn.Module) -> None:
        """Notes what there is, and puts fake tensors in place of real ones in modules and their containers."""
        self._pending.append((model, True))
        while self._pending and len(self._kept) < MAX_OBJECTS:
            thing, swap = self._pending.popleft()
            if id(thing) not in self._seen:
                self._seen.add(id(thing))
                self._kept.append(thing)
                self._visit(thing, swap)

    def restore(self) -> None:
        """Puts all back that was found, as often as it is called."""
        for undo in reversed(self._undo):
            undo()

    def _visit(self, thing: object, swap: bool) -> None:
        if isinstance(thing, _LOCKS):
            self._lock(thing)
        elif isinstance(thing, dict):
            self._dict(thing, swap)
        elif isinstance(thing, (list, deque)):
            self._list(thing, swap)
        elif isinstance(thing, set):
            self._set(thing)
        elif isinstance(thing, (tuple, frozenset)):
            self._pending.extend((v, False) for v in thing)
        elif isinstance(thing, types.FunctionType):
            self._function(thing)
        elif isinstance(thing, types.MethodType):
            self._pending.append((thing.__self__, swap))
        elif isinstance(thing, (*_OPAQUE, torch.Tensor)):
            pass
        elif isinstance(thing, nn.Module):
            self._dict(thing.__dict__, True)
        elif isinstance(thing, torch.Generator):
            self._generator(thing)
        elif not type(thing).__module__.startswith(_OTHERS):
            attributes = getattr(thing, "__dict__", None)
            if isinstance(attributes, dict):
                self._pending.append((attributes, False))
            if type(thing).__module__ == "functools" and hasattr(thing, "func"):
                self._pending.append((thing.func, swap))

    def _dict(self, thing: dict[Any, Any], swap: bool) -> None:
        before = list(thing.items())

        def undo() -> None:
            if list(map(id, thing)) != [id(k) for k, _ in before]:
                thing.clear()
                thing.update(before)
                return
            for key, value in before:
                if thing[key] is not value:
                    thing[key] = value

        self._undo.append(undo)
        for key, value in before:
            self._value(value, swap, functools.partial(thing.__setitem__, key))

    def _list(self, thing: list[Any] | deque[Any], swap: bool) -> None:
        before = list(thing)

        def undo() -> None:
            if len(thing) != len(before) or any(a is not b for a, b in zip(thing, before)):
                thing.clear()
                thing.extend(before)

        self._undo.append(undo)
        for index, value in enumerate(before):
            self._value(value, swap, functools.partial(thing.__setitem__, index))

    def _set(self, thing: set[Any]) -> None:
        before = set(thing)

        def undo() -> None:
            if thing != before:
                thing.clear()
                thing.update(before)

        self._undo.append(undo)

    def _value(self, value: object, swap: bool, put: Callable[[Any], None]) -> None:
        fake = self._fake if swap else None
        if isinstance(value, torch.Tensor):
            if fake is not None:
                put(fake(value))
            return
        self._pending.append((value, swap))
        if fake is not None and isinstance(value, tuple) and any(isinstance(v, torch.Tensor) for v in value):
            fakes = [fake(v) if isinstance(v, torch.Tensor) else v for v in value]
            put(type(value)(*fakes) if hasattr(value, "_fields") else tuple(fakes))

    def _function(self, thing: types.FunctionType) -> None:
        for cell in thing.__closure__ or ():
            try:
                value = cell.cell_contents
            except ValueError:
                continue

            def undo(cell: types.CellType = cell, value: object = value) -> None:
                if cell.cell_contents is not value:
                    cell.cell_contents = value

            self._undo.append(undo)
            self._pending.append((value, False))
        self._pending.extend((value, False) for value in thing.__defaults__ or ())

    def _generator(self, thing: torch.Generator) -> None:
        state = thing.get_state()

        def undo() -> None:
            thing.set_state(state)

        self._undo.append(undo)

    def _lock(self, lock: Any) -> None:
        def held() -> bool:
            return bool(lock._is_owned() if hasattr(lock, "_is_owned") else lock.locked())

        before = held()

        def undo() -> None:
            if not before and held():
                lock.release()

        self._undo.append(undo)


@contextmanager
def borrowed(model: nn.Module, fake: Callable[[torch.Tensor], torch.Tensor]) -> Iterator[None]:
    """Within, the model holds fake tensors; after it, all that it holds is as it was."""
    state = State(fake)
    with _random_numbers():
        try:
            state.walk(model)
            yield
        finally:
            state.restore()


def state_of(model: nn.Module) -> State:
    """What a model holds now."""
    state = State()
    state.walk(model)
    return state


@contextmanager
def _random_numbers() -> Iterator[None]:
    """Puts the states of the random number generators of Python, NumPy and PyTorch back."""
    python = random.getstate()
    numpy = sys.modules.get("numpy")
    others = numpy.random.get_state() if numpy is not None and hasattr(numpy, "random") else None
    cpu = torch.get_rng_state()
    gpu = torch.cuda.get_rng_state() if torch.cuda.is_initialized() else None
    try:
        yield
    finally:
        random.setstate(python)
        if numpy is not None and others is not None:
            numpy.random.set_state(others)
        torch.set_rng_state(cpu)
        if gpu is not None:
            torch.cuda.set_rng_state(gpu)


class _Quiet:
    """A stream that drops what one thread writes; the others write on."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._thread = threading.get_ident()

    def write(self, text: str) -> int:
        return len(text) if threading.get_ident() == self._thread else int(self._stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def quiet() -> Iterator[None]:
    """What this thread prints, logs or warns of within was said once already, by the call that is repeated."""
    thread = threading.get_ident()
    loggers = [logging.getLogger(), *list(logging.Logger.manager.loggerDict.values())]
    handlers = {h: None for logger in loggers if isinstance(logger, logging.Logger) for h in logger.handlers}
    out, err = sys.stdout, sys.stderr
    mine, theirs = _Quiet(out), _Quiet(err)

    def others(record: logging.LogRecord) -> bool:
        return record.thread != thread

    for handler in handlers:
        handler.addFilter(others)
    sys.stdout, sys.stderr = mine, theirs
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if sys.stdout is mine:
            sys.stdout = out
        if sys.stderr is theirs:
            sys.stderr = err
        for handler in handlers:
            handler.removeFilter(others)
