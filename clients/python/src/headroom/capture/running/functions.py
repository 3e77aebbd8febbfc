"""Operations that a job defines itself: subclasses of ``torch.autograd.Function``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch

_patching = threading.Lock()


class Watcher(Protocol):
    """Sees each function as one operator."""

    def applied(self, name: str, given: tuple[Any, ...], out: Any) -> None: ...


class Functions:
    """Runs functions of autograd as one operator each: autograd does not look into them.

    Attributes:
        inside: whether one runs now.
        watcher: who is told of each, if anybody.
    """

    def __init__(self) -> None:
        self.inside = False
        self.watcher: Watcher | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Within, the functions that this thread applies are seen."""
        thread = threading.get_ident()
        real = torch.autograd.Function.__dict__["apply"]

        def apply(cls: type, *args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() != thread or self.inside:
                return real.__get__(None, cls)(*args, **kwargs)
            self.inside = True
            try:
                out = real.__get__(None, cls)(*args, **kwargs)
            finally:
                self.inside = False
            if self.watcher is not None:
                self.watcher.applied(f"{cls.__name__}.apply", args, out)
            return out

        with _patching:
            torch.autograd.Function.apply = classmethod(apply)
            try:
                yield
            finally:
                torch.autograd.Function.apply = real
