"""How a process ends: normally, by an exception, by SIGTERM, out of memory.

Nothing here changes how it ends: what was installed before is called, the exit status stays.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

import torch

_End = Callable[[str], None]
_TIMEOUT_SECONDS = 1.0


class ExitHandlers:
    """Tells once how the process ends.

    `end` is given the outcome, `out_of_memory` is called for each allocation that failed, with
    what was asked for.
    """

    def __init__(self, end: _End, out_of_memory: Callable[[int, int], None]) -> None:
        self._end = end
        self._out_of_memory = out_of_memory
        self._outcome = "completed"
        self._undo = contextlib.ExitStack()
        self._observes_memory = False

    def install(self) -> None:
        """From now on sees the end."""
        atexit.register(self._at_exit)
        self._undo.callback(atexit.unregister, self._at_exit)
        self._hook_exceptions()
        if threading.current_thread() is threading.main_thread():
            self._hook_sigterm()

    def remove(self) -> None:
        """Takes back what is still ours."""
        self._undo.close()

    def forget(self) -> None:
        """In a forked child: it is not ours to say how it ends, and its signals are its own."""
        self._end = _nothing
        self._undo.close()

    def observe_memory(self) -> None:
        """Sees allocations that fail, once there is a GPU; PyTorch has no way to take it back."""
        attach = getattr(torch._C, "_cuda_attach_out_of_memory_observer", None)
        if attach is None or self._observes_memory:
            return
        self._observes_memory = True

        def failed(device: int, requested: int, _total: int, _free: int) -> None:
            with contextlib.suppress(Exception):
                self._out_of_memory(device, requested)

        attach(failed)

    def _at_exit(self) -> None:
        self._end(self._outcome)

    def _hook_exceptions(self) -> None:
        before = sys.excepthook

        def raised(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            self._outcome = outcome_of(error)
            self._end(self._outcome)
            before(kind, error, trace)

        sys.excepthook = raised
        self._undo.callback(_restore_excepthook, raised, before)

    def _hook_sigterm(self) -> None:
        """Only where SIGTERM would end the process by itself.

        Python's handler waits for the main thread to leave the call it is in, which a stuck
        collective never does; a thread of ours then does what the handler would have done.
        """
        if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
            return
        reading, writing = socket.socketpair()
        writing.setblocking(False)
        known = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
        if known != -1:
            signal.set_wakeup_fd(known)
            reading.close()
        else:
            threading.Thread(target=self._await_sigterm, args=(reading,), name="headroom-sigterm", daemon=True).start()

        def terminated(number: int, _frame: FrameType | None) -> None:
            self._end("failed")
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

        signal.signal(signal.SIGTERM, terminated)
        self._undo.callback(_restore_sigterm, terminated, writing)

    def _await_sigterm(self, reading: socket.socket) -> None:
        with reading:
            while received := reading.recv(64):
                if signal.SIGTERM in received:
                    self._end("failed")
                    threading.Event().wait(_TIMEOUT_SECONDS)
                    # The main thread has not ended us: signal.signal may be called there only.
                    ctypes.pythonapi.PyOS_setsig(ctypes.c_int(signal.SIGTERM), ctypes.c_void_p(None))
                    os.kill(os.getpid(), signal.SIGTERM)


def outcome_of(error: BaseException | None) -> str:
    """The outcome of a job that ends by this exception."""
    seen = 0
    while error is not None and seen < 32:
        if isinstance(error, torch.cuda.OutOfMemoryError) or (
            isinstance(error, RuntimeError)
            and any(text in str(error) for text in ("out of memory", "CUBLAS_STATUS_ALLOC_FAILED"))
        ):
            return "out_of_memory"
        if isinstance(error, SystemExit) and error.code in (None, 0):
            return "completed"
        error = error.__cause__ or error.__context__
        seen += 1
    return "failed"


def _nothing(_outcome: str) -> None:
    """Ends nothing."""


def _restore_excepthook(ours: Any, before: Any) -> None:
    if sys.excepthook is ours:
        sys.excepthook = before


def _restore_sigterm(ours: Any, writing: socket.socket) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is ours:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    known = signal.set_wakeup_fd(-1)
    if known not in (-1, writing.fileno()):
        signal.set_wakeup_fd(known)
    writing.close()
