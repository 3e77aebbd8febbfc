"""Which modules a model recomputes, seen by letting it not do so."""

from __future__ import annotations

import functools
import sys
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn
from torch.utils import checkpoint as real

from headroom.capture.running.modules import Modules


class Checkpoints:
    """The paths of the modules whose forward is checkpointed, in the order in which they ran."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._paths: dict[str, None] = {}
        self._open: list[tuple[int, int]] = []

    @property
    def paths(self) -> list[str]:
        return list(self._paths)

    def enter(self, function: object) -> None:
        path = self._path(function)
        if path is not None:
            self._paths[path] = None
            self._open.append((-1, 0))
        else:  # a function of its own: the modules that it calls
            self._open.append((len(self._modules.entered), len(self._modules.stack)))

    def leave(self) -> None:
        since, depth = self._open.pop()
        if since >= 0:
            self._paths.update((path, None) for path, at in self._modules.entered[since:] if at == depth)

    def _path(self, function: object) -> str | None:
        while isinstance(function, functools.partial):
            function = function.func
        if isinstance(function, types.MethodType):
            function = function.__self__
        return self._modules.paths.get(id(function)) if isinstance(function, nn.Module) else None


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
