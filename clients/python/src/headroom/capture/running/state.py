"""What a model is made of, object by object, and how all of it is put back."""

from __future__ import annotations

import copy
import dis
import functools
import itertools
import random
import sys
import threading
import types
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from headroom.capture.errors import HopelessError

MAX_OBJECTS = 200_000
"""Where the search for state ends: what is behind is neither faked nor put back."""

_OPAQUE = (type, types.ModuleType, types.BuiltinFunctionType, threading.Thread, str, bytes, int, float, complex)
_OTHERS = (
    "torch.", "lightning.", "pytorch_lightning.", "accelerate.", "threading", "queue", "logging", "weakref",
    "multiprocessing", "concurrent.", "asyncio", "io", "_io", "headroom.",
)  # fmt: skip
_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_ITERATORS: tuple[type, ...] = (itertools.count, itertools.cycle, type(iter([])), type(iter(())), type(iter(range(0))))
"""Of these a copy goes on from where they are."""

_PLAIN = (bool, int, float, complex, str, bytes, tuple, type(None))
_LIBRARIES = ("torch", "transformers", "timm", "torchvision", "diffusers", "lightning")
"""Their classes and modules hold no state that a forward pass changes."""


MAX_BYTES = 64 << 20
"""Of arrays beside tensors: a larger one is not put back."""


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
        for hooks in _global_hooks():
            self._pending.extend((hook, False) for hook in hooks.values())
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
        elif isinstance(thing, types.GeneratorType):
            raise HopelessError("the model holds a Python generator, which cannot be put back to where it is")
        elif isinstance(thing, types.FunctionType):
            self._function(thing)
        elif isinstance(thing, types.MethodType):
            self._pending.append((thing.__self__, swap))
        elif isinstance(thing, (*_OPAQUE, torch.Tensor)):
            pass
        elif isinstance(thing, nn.Module):
            self._class_of(thing)
            self._dict(thing.__dict__, True)
        elif isinstance(thing, torch.Generator):
            self._again(thing.get_state(), thing.set_state)
        elif isinstance(thing, random.Random):
            self._again(thing.getstate(), thing.setstate)
        elif isinstance(thing, bytearray):
            self._again(bytes(thing), functools.partial(thing.__setitem__, slice(None)))
        elif type(thing).__module__.partition(".")[0] == "numpy":
            self._numpy(thing)
        elif not type(thing).__module__.startswith(_OTHERS):
            attributes = getattr(thing, "__dict__", None)
            if isinstance(attributes, dict):
                self._pending.append((attributes, False))
            self._slots(thing)
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
        if isinstance(value, _ITERATORS):
            if self._fake is not None:
                put(copy.copy(value))
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

    def _again(self, before: Any, put: Callable[[Any], Any]) -> None:
        def undo() -> None:
            put(before)

        self._undo.append(undo)

    def _numpy(self, thing: Any) -> None:
        """Arrays, and generators of random numbers, without importing NumPy where nobody has."""
        numpy = sys.modules["numpy"]
        if isinstance(thing, numpy.ndarray):
            if not thing.dtype.hasobject and thing.flags.writeable and thing.nbytes <= MAX_BYTES:
                self._again(thing.copy(), functools.partial(thing.__setitem__, ...))
        elif isinstance(thing, numpy.random.RandomState):
            self._again(thing.get_state(), thing.set_state)
        elif isinstance(thing, numpy.random.Generator):
            bits = thing.bit_generator
            self._again(bits.state, functools.partial(setattr, bits, "state"))

    def _slots(self, thing: object) -> None:
        names = {name for kind in type(thing).__mro__ for name in _names(vars(kind).get("__slots__", ()))}
        for name in names - {"__dict__", "__weakref__"}:
            try:
                value = getattr(thing, name)
            except AttributeError:
                continue

            def undo(name: str = name, value: object = value) -> None:
                if getattr(thing, name, None) is not value:
                    object.__setattr__(thing, name, value)

            self._undo.append(undo)
            self._value(value, False, functools.partial(object.__setattr__, thing, name))

    def _class_of(self, module: nn.Module) -> None:
        """The class that a module has, what that class counts, and the globals that its methods set."""
        kind = type(module)

        def undo() -> None:
            if type(module) is not kind:
                module.__class__ = kind  # lazy modules become others

        self._undo.append(undo)
        for one in kind.__mro__:
            if one.__module__.partition(".")[0] in (*_LIBRARIES, "builtins") or id(one) in self._seen:
                continue
            self._seen.add(id(one))
            for name, value in list(vars(one).items()):
                if isinstance(value, types.FunctionType):
                    self._globals(value)
                elif not name.startswith("__"):
                    self._attribute(one, name, value)

    def _attribute(self, kind: type, name: str, value: object) -> None:
        if isinstance(value, (list, dict, set, deque)):
            self._pending.append((value, False))
        elif not isinstance(value, _PLAIN):
            return

        def undo() -> None:
            if vars(kind).get(name) is not value:
                setattr(kind, name, value)

        self._undo.append(undo)

    def _globals(self, function: types.FunctionType) -> None:
        """Other threads may set the other globals meanwhile: those stay."""
        there = function.__globals__
        for name in _globals_set(function.__code__):
            if name in there:
                self._again(there[name], functools.partial(there.__setitem__, name))

    def _lock(self, lock: Any) -> None:
        def held() -> bool:
            return bool(lock._is_owned() if hasattr(lock, "_is_owned") else lock.locked())

        before = held()

        def undo() -> None:
            if not before and held():
                lock.release()

        self._undo.append(undo)


def _names(slots: Any) -> Iterator[str]:
    yield from (slots,) if isinstance(slots, str) else slots


@functools.cache
def _globals_set(code: types.CodeType) -> set[str]:
    """The globals that a function sets."""
    return {it.argval for it in dis.get_instructions(code) if it.opname == "STORE_GLOBAL"}


def _global_hooks() -> Iterator[dict[int, Callable[..., Any]]]:
    """The hooks on all modules: they see the passes of a capture as well."""
    everywhere = nn.modules.module
    for name in ("_global_forward_pre_hooks", "_global_forward_hooks", "_global_backward_hooks"):
        yield getattr(everywhere, name, {})
