"""Functions of PyTorch that are others for a while, on one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

_patching = threading.RLock()


@contextmanager
def patched(*functions: tuple[Any, str, Callable[..., Any]]) -> Iterator[None]:
    """Within, this thread calls other functions; all other threads call the real ones.

    Args:
        functions: the module or class, the name there, and what this thread calls instead.
    """
    thread = threading.get_ident()

    def either(here: Callable[..., Any], real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return (here if threading.get_ident() == thread else real)(*args, **kwargs)

        return call

    with _patching, ExitStack() as stack:
        for place, name, here in functions:
            real = getattr(place, name)
            setattr(place, name, either(here, real))
            stack.callback(setattr, place, name, real)
        yield
