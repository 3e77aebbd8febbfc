"""Which modules a model recomputes, seen by letting it not do so."""

from __future__ import annotations

import functools
import itertools
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from torch import nn
from torch.utils import checkpoint as real

from headroom.capture.errors import HopelessError
from headroom.capture.running.calls import Call
from headroom.capture.running.modules import Modules

_CALLS = {"__call__", "_call_impl", "_wrapped_call_impl"}


class Checkpoints:
    """What of a pass is recomputed, as paths of modules, in the order in which it ran.

    A function that is checkpointed becomes a module of its own, ``checkpoint``, within the one that calls it: so its
    layers are named. One that does no more than call one module is that module.
    """

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self._paths: dict[str, None] = {}
        self._called: dict[str, list[str]] = {}
        self._alone: dict[str, str] = {}
        self._depth = 0
        self._since = 0
        self._function: tuple[str, int] | None = None

    @property
    def paths(self) -> list[str]:
        return list(self._paths)

    def learn(self, calls: Sequence[Call]) -> bool:
        """Finds the functions that call one module and nothing else.

        Args:
            calls: those of a pass that has run.

        Returns:
            whether there is one: the paths of the next pass are others.
        """
        for own, modules in self._called.items():
            inside = [call.module for call in calls if _lies_in(call.module, own)]
            if len(modules) == 1 and inside and all(_lies_in(path, _inner(own, modules[0])) for path in inside):
                self._alone[own] = modules[0]
        return bool(self._alone)

    def begin(self) -> None:
        """A pass begins."""
        self._paths, self._called, self._depth, self._function = {}, {}, 0, None
        self.modules.within = None

    def enter(self, function: object) -> None:
        self._depth += 1
        if self._depth > 1:  # what is around it is recomputed as a whole
            return
        path = self._path(function)
        if path:
            self._paths[path] = None
            return
        around = self.modules.here
        known = {*self._called, *self.modules.paths.values()}
        own = next(it for it in _names(f"{around}.checkpoint".lstrip(".")) if it not in known)
        self._called[own] = []
        self._function = own, len(self.modules.stack)
        self._since = len(self.modules.entered)
        if own in self._alone:
            self._paths[self._alone[own]] = None
            return
        self._paths[own] = None
        self.modules.within = lambda path: _inner(own, path, around)

    def leave(self) -> None:
        self._depth -= 1
        if self._depth == 0 and self._function is not None:
            own, depth = self._function
            self._called[own] = [path for path, at in self.modules.entered[self._since :] if at == depth]
            self._function = self.modules.within = None

    def _path(self, function: object) -> str | None:
        """The module that is called; None where only a part of one is."""
        while isinstance(function, functools.partial):
            function = function.func
        if isinstance(function, types.MethodType) and function.__name__ in _CALLS:
            function = function.__self__
        return self.modules.paths.get(id(function)) if isinstance(function, nn.Module) else None


def _names(name: str) -> Iterator[str]:
    yield name
    for n in itertools.count(1):
        yield f"{name}_{n}"


def _lies_in(path: str, module: str) -> bool:
    return path == module or path.startswith(f"{module}.")


def _inner(own: str, path: str, around: str | None = None) -> str:
    """The path of a module within a function that is checkpointed.

    Args:
        own: the function's own path.
        path: the module's.
        around: the path of the module that calls the function; None where the function's path tells it.
    """
    around = own.rpartition(".")[0] if around is None else around
    if path == around:
        return own
    return f"{own}.{path.removeprefix(f'{around}.' if around else '')}"


def in_one_piece(layers: list[dict[str, Any]], paths: Sequence[str]) -> list[dict[str, Any]]:
    """The layers with those of each checkpointed module in one piece: parameters and buffers stand before it.

    Raises:
        HopelessError: others stand in between.
    """
    for path in paths:
        at = [index for index, layer in enumerate(layers) if _lies_in(layer["name"], path)]
        if not at:
            continue
        inside = layers[at[0] : at[-1] + 1]
        foreign = [layer for layer in inside if not _lies_in(layer["name"], path)]
        if any(layer["inputs"] for layer in foreign):
            raise HopelessError(f"the model recomputes {path} in parts, and no layer config can say so")
        own = [layer for layer in inside if _lies_in(layer["name"], path)]
        layers = [*layers[: at[0]], *foreign, *own, *layers[at[-1] + 1 :]]
    return layers


@contextmanager
def without_checkpoints(checkpoints: Checkpoints) -> Iterator[None]:
    """Within, ``torch.utils.checkpoint`` of this thread runs what it is given, as if it did not recompute it."""
    thread = threading.get_ident()
    hook, reentrant = real._checkpoint_hook, real.CheckpointFunction
    enter, leave = hook.__enter__, hook.__exit__

    def entered(self: Any) -> None:
        if threading.get_ident() != thread:
            enter(self)  # type: ignore[no-untyped-call]
        else:
            checkpoints.enter(_checkpointed())

    def left(self: Any, *failure: Any) -> None:
        if threading.get_ident() != thread:
            leave(self, *failure)  # type: ignore[no-untyped-call]
        else:
            checkpoints.leave()

    class Reentrant:
        @staticmethod
        def apply(function: Callable[..., Any], preserve: bool, *args: Any) -> Any:
            if threading.get_ident() != thread:
                return reentrant.apply(function, preserve, *args)
            checkpoints.enter(function)
            try:
                return function(*args)
            finally:
                checkpoints.leave()

    own = {name: value for name, value in vars(hook).items() if name in ("__enter__", "__exit__")}
    hook.__enter__, hook.__exit__, real.CheckpointFunction = entered, left, Reentrant  # type: ignore[method-assign,misc,assignment]
    try:
        yield
    finally:
        real.CheckpointFunction = reentrant  # type: ignore[misc]
        for name in ("__enter__", "__exit__"):
            if name in own:
                setattr(hook, name, own[name])
            else:
                delattr(hook, name)


def _checkpointed() -> object:
    """What the call of ``checkpoint`` further up was given."""
    frame: types.FrameType | None = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name == "checkpoint" and frame.f_code.co_filename == real.__file__:
            return frame.f_locals.get("function")
        frame = frame.f_back
    return None
