"""What autograd keeps for one operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from headroom.capture.layers.graph import Owned
from headroom.capture.running.modules import DEVICE
from headroom.capture.running.recorder import storage_of


@dataclass(frozen=True, slots=True)
class Saved:
    """What a node of the backward pass holds.

    Attributes:
        inputs: positions of the inputs that it holds.
        output: whether it holds the result.
        beside: bytes of what else it holds, parameters and buffers left out.
    """

    inputs: list[int]
    output: bool
    beside: int


def saved_by(out: torch.Tensor, inputs: Sequence[torch.Tensor], owned: Owned) -> Saved:
    """Asks the node that made a result for all that it has saved."""
    places = {storage_of(t): i for i, t in enumerate(inputs)}
    mine = storage_of(out)
    held, output, beside = set(), False, 0
    for storage, size in _storages(out.grad_fn).items():
        if storage == mine:
            output = True
        elif storage in places:
            held.add(places[storage])
        elif storage not in owned.names:
            beside += size
    return Saved(sorted(held), output, beside)


def _storages(node: object) -> dict[int, int]:
    """Each storage on the GPU that a node has saved, with its bytes."""
    found: dict[int, int] = {}
    for name in dir(node) if node is not None else ():
        if name.startswith("_saved_") or name == "saved_tensors":
            try:
                value = getattr(node, name)
            except RuntimeError:  # freed, or changed in place since
                continue
            for tensor in value if isinstance(value, (list, tuple)) else [value]:
                if isinstance(tensor, torch.Tensor) and tensor.device.type == DEVICE:
                    found[storage_of(tensor)] = tensor.untyped_storage().nbytes()
    return found
