"""A model lent to a capture: its tensors become fake ones, and all it does to itself is undone.

Forward passes change what they run on: counters, caches, buffers, locks that stay held when an operator fails.
A copy of the model would run into what cannot be copied (locks, handles, closures), so the model itself runs and
what it is made of is put back afterwards, object by object.
"""

from __future__ import annotations

import logging
import random
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from headroom.capture.running.state import State


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


# Threads that models began while they were captured.
_begun: weakref.WeakSet[threading.Thread] = weakref.WeakSet()


def _is_of_the_job(_: logging.LogRecord) -> bool:
    """A thread that a capture began may still fail on its fake tensors when the capture has ended."""
    return threading.current_thread() not in _begun


@contextmanager
def quiet() -> Iterator[None]:
    """What this thread prints, logs or warns of within was said once already, by the call that is repeated."""
    thread = threading.get_ident()
    before = set(threading.enumerate())
    loggers = [logging.getLogger(), *list(logging.Logger.manager.loggerDict.values())]
    handlers = {h: None for logger in loggers if isinstance(logger, logging.Logger) for h in logger.handlers}
    out, err = sys.stdout, sys.stderr
    mine, theirs = _Quiet(out), _Quiet(err)

    def others(record: logging.LogRecord) -> bool:
        # What fake tensors fail with on threads that the model began is the capture's as well.
        return record.thread != thread and not record.name.startswith("torch._subclasses")

    for handler in handlers:
        handler.addFilter(others)
    sys.stdout, sys.stderr = mine, theirs
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        _begun.update(set(threading.enumerate()) - before)
        logging.getLogger("torch._subclasses.fake_tensor").addFilter(_is_of_the_job)
        if sys.stdout is mine:
            sys.stdout = out
        if sys.stderr is theirs:
            sys.stderr = err
        for handler in handlers:
            handler.removeFilter(others)
