"""How many bytes of a device are parameters, gradients, optimizer state and input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from headroom.devices import Device


def parameter_bytes(models: Iterable[torch.nn.Module], device: Device) -> int:
    """Parameters and buffers, each once."""
    tensors = (tensor for model in models for tensors in (model.parameters(), model.buffers()) for tensor in tensors)
    return _bytes(tensors, device)


def gradient_bytes(models: Iterable[torch.nn.Module], device: Device) -> int:
    """Gradients of parameters that there are now."""
    gradients = (parameter.grad for model in models for parameter in model.parameters())
    return _bytes((gradient for gradient in gradients if gradient is not None), device)


def state_bytes(optimizers: Iterable[torch.optim.Optimizer], device: Device) -> int:
    """Momenta, variances, master weights."""
    return _bytes(
        (tensor for optimizer in optimizers for tensor in tensors_in(dict(optimizer.state))),
        device,
    )


def input_bytes(arguments: Any, device: Device) -> int:
    """What a call of the model is given."""
    return _bytes(tensors_in(arguments), device)


def tensors_in(value: Any, depth: int = 6) -> Iterator[torch.Tensor]:
    """The tensors in nested mappings, sequences and attributes of plain objects."""
    if isinstance(value, torch.Tensor):
        yield value
    elif depth == 0 or isinstance(value, str | bytes | int | float | None):
        return
    elif isinstance(value, Mapping):
        for part in list(value.values()):
            yield from tensors_in(part, depth - 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from tensors_in(part, depth - 1)
    elif hasattr(value, "__dict__") and not isinstance(value, type | torch.nn.Module):
        yield from tensors_in(vars(value), depth - 1)


def _bytes(tensors: Iterable[torch.Tensor], device: Device) -> int:
    total = 0
    seen: set[int] = set()
    for tensor in tensors:
        held = getattr(tensor, "_local_tensor", tensor)  # of a DTensor, what this rank holds
        if id(held) not in seen and not is_lazy(held) and device.holds(held):
            seen.add(id(held))
            parts = (held._indices(), held._values()) if held.layout is torch.sparse_coo else (held,)
            total += sum(part.numel() * part.element_size() for part in parts)
    return total
