"""Which GPUs a job uses, what they are called, and how full they are."""

from __future__ import annotations

import ctypes
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Device:
    """A GPU of this process, or the CPU where there is none.

    Attributes:
        index: the CUDA ordinal; None for the CPU.
        name: the GPU's UUID as the driver's tools print it; `cpu:HOST` for the CPU.
    """

    index: int | None
    name: str

    def holds(self, tensor: torch.Tensor) -> bool:
        """Whether the tensor lies in this device's memory."""
        if self.index is None:
            return tensor.device.type == "cpu"
        return tensor.device.type == "cuda" and tensor.device.index == self.index


def devices_of(tensors: Iterable[torch.Tensor], host: str) -> tuple[Device, ...]:
    """The GPUs that those tensors lie on, else the CPU; never opens a CUDA context."""
    indices = {tensor.device.index for tensor in tensors if tensor.device.type == "cuda"}
    if not indices or not torch.cuda.is_initialized():
        return (Device(None, f"cpu:{host}"[:128]),)
    return tuple(Device(index, gpu_name(index, host)) for index in sorted(indices))


def gpu_name(index: int, host: str) -> str:
    """A GPU's UUID, as `nvidia-smi -L` prints it; `HOST:INDEX` where nobody tells it."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    named = visible[index].strip() if index < len(visible) else ""
    if named.startswith("MIG-"):
        return named
    told = getattr(torch.cuda.get_device_properties(index), "uuid", None) or _uuid(index)
    if told is not None:
        return f"GPU-{told}"
    return named if named.startswith("GPU-") else f"{host}:{index}"[:128]


def _uuid(index: int) -> uuid.UUID | None:
    """What the driver tells of a GPU that has a context: PyTorch 2.4 does not."""
    device, told = ctypes.c_int(), (ctypes.c_ubyte * 16)()
    try:
        driver = ctypes.CDLL("libcuda.so.1")
        failed = driver.cuDeviceGet(ctypes.byref(device), index) or driver.cuDeviceGetUuid(told, device)
    except (OSError, AttributeError):
        return None
    return None if failed else uuid.UUID(bytes=bytes(told))


def device_bytes(index: int) -> tuple[int, int] | None:
    """Used and total bytes of a GPU, of whomever; None where the driver does not say."""
    try:
        free, total = torch.cuda.mem_get_info(index)
    except RuntimeError:
        return None
    return total - free, total
