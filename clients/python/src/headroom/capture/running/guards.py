"""What PyTorch's C++ code does before it touches a device."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from headroom.capture.errors import HopelessError
from headroom.capture.running.patches import patched

_REGISTRY = "_ZN3c104impl26device_guard_impl_registryE"
"""``c10::impl::device_guard_impl_registry``: a pointer for each ``c10::DeviceType``."""

_CUDA, _META = 1, 14


def ensure_guards() -> None:
    """Lets fake tensors be on a GPU where there is none.

    Autograd asks the guard of a tensor's device for its stream. CUDA's guard fails there without a GPU, and the C++
    code around it ends the process. ``FakeTensorMode`` puts a guard that does nothing in its place, for good
    (``c10::impl::ensureCUDADeviceGuardSet``); before PyTorch had that, this does it, with the one of ``meta`` tensors.

    Raises:
        CaptureError: it cannot be put there.
    """
    if hasattr(torch._C, "_ensureCUDADeviceGuardSet") or torch.cuda.is_available():
        return
    try:
        library = ctypes.CDLL(sys.modules["torch._C"].__file__)  # has libc10 loaded, whose symbols it resolves
        registry = (ctypes.c_void_p * (_META + 1)).in_dll(library, _REGISTRY)
    except (OSError, ValueError) as unknown:
        raise HopelessError(f"PyTorch {torch.__version__} cannot describe a model without a GPU here") from unknown
    if not registry[_META]:
        raise HopelessError(f"PyTorch {torch.__version__} has no device without memory")
    registry[_CUDA] = registry[_META]


@contextmanager
def without_modes() -> Iterator[None]:
    """Within, modes of the job, a counter of operators say, see nothing: they saw the call that is repeated.

    PyTorch 2.4 does not put its modes back as they were, and operators fail after that: there they stay.
    """
    if hasattr(torch._C, "_ensureCUDADeviceGuardSet"):
        with _disable_current_modes():
            yield
    else:
        yield


def has_saved_tensors_hooks() -> bool:
    """Whether what autograd saves goes through hooks now: only switching them off tells, which fails then."""
    autograd: Any = torch._C._autograd
    if not autograd._saved_tensors_hooks_is_enabled():
        return False
    try:
        autograd._saved_tensors_hooks_disable("")
    except RuntimeError:
        return True
    finally:
        autograd._saved_tensors_hooks_enable()
    return False


@contextmanager
def no_backward() -> Iterator[None]:
    """Within, a model that differentiates in its forward pass is told apart where there is no GPU.

    A backward pass wants a thread of the GPU's then, and the error would be one of CUDA.
    """

    def refuse(*_: Any, **__: Any) -> Any:
        raise HopelessError("the model differentiates in its forward pass, which only a GPU can show")

    engine = "_engine_run_backward"
    if torch.cuda.is_available() or not hasattr(torch.autograd, engine):
        yield
        return
    with patched((torch.autograd, engine, refuse)):
        yield


@contextmanager
def convolutions() -> Iterator[None]:
    """Within, convolutions of fake tensors ask no GPU that is not there.

    PyTorch before 2.6 asks it which kernel a depthwise one takes. Only the result's memory format depends on that,
    and where it does, cuDNN's kernel is taken without a question.
    """
    real = torch._C._select_conv_backend

    def select(*args: Any, **kwargs: Any) -> Any:
        try:
            return real(*args, **kwargs)
        except RuntimeError:
            return torch._C._ConvBackend.Cudnn  # type: ignore[attr-defined]

    if torch.cuda.is_available():
        yield
        return
    with patched((torch._C, "_select_conv_backend", select)):
        yield
