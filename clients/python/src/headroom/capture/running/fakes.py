"""Tensors without memory on a GPU that need not be there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch._subclasses import fake_tensor
from torch._subclasses.fake_tensor import FakeTensorMode

from headroom.capture.running.modules import DEVICE
from headroom.capture.running.patches import patched


class Fakes:
    """Fake tensors on the GPU in place of given ones; a tensor given twice has one fake."""

    def __init__(self) -> None:
        self.mode = FakeTensorMode(allow_non_fake_inputs=True)
        self._memo: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}

    def __call__(self, tensor: torch.Tensor) -> torch.Tensor:
        if id(tensor) not in self._memo:
            self._memo[id(tensor)] = tensor, self._make(tensor)
        return self._memo[id(tensor)][1]

    def _make(self, tensor: torch.Tensor) -> torch.Tensor:
        with self.mode:
            fake = empty_like(tensor, tuple(tensor.shape))
            if isinstance(tensor, nn.Parameter):
                return nn.Parameter(fake, requires_grad=tensor.requires_grad)
            return fake.requires_grad_(tensor.requires_grad)


def empty_like(tensor: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """A fake on the GPU, laid out in memory as the tensor is where it is dense.

    Call it within the fake mode.
    """
    fake = torch.empty(shape, dtype=tensor.dtype, device=DEVICE)
    if tensor.layout is torch.strided and tensor.dim() in (4, 5) and not tensor.is_contiguous():
        channels_last = torch.channels_last if tensor.dim() == 4 else torch.channels_last_3d
        if tensor.is_contiguous(memory_format=channels_last):
            return fake.to(memory_format=channels_last)
    return fake


def start_autograd() -> None:
    """Lets autograd count its devices, as any first backward pass does, before a fake one is there.

    Fake tensors on a GPU register a device where there is none, for good. Were it counted, autograd
    would start a thread for it, and refuse backward passes in every process that is forked later.
    """
    with torch.inference_mode(False), torch.enable_grad():
        torch.zeros((), requires_grad=True).clone().backward()


@contextmanager
def no_gpu_memory() -> Iterator[None]:
    """A fake tensor's device is initialised by allocating on it, for backward passes that a capture does not run."""
    functions = [name for name in ("init_gpu_context", "init_cuda_context") if hasattr(fake_tensor, name)]
    with patched(*((fake_tensor, name, lambda *_: None) for name in functions)):
        yield
