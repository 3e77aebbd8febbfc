"""What autograd keeps for one operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from headroom.capture.layers.graph import Owned
from headroom.capture.running.modules import DEVICE
from headroom.capture.running.recorder import Operation, storage_of


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


_GATES = {0: 1, 1: 1, 2: 5, 3: 4}
"""Numbers for each unit and step, by cuDNN's mode: gates, the cell of LSTM, the product of GRU."""


def reserved(operation: Operation) -> int:
    """What cuDNN reserves for the backward pass of a recurrent layer, in bytes; 0 for any other operator.

    It tells its size only on a GPU, so that this is what the equations need: gates and states of each step, and the
    results of the layers within.
    """
    if operation.name != "_cudnn_rnn" or not operation.arguments["train"]:
        return 0
    a = operation.arguments
    directions = 2 if a["bidirectional"] else 1
    steps = a["input"].shape[0] * a["input"].shape[1] * directions
    inner = (a["num_layers"] - 1) * (2 if a["dropout"] else 1)
    numbers = steps * a["hidden_size"] * a["num_layers"] * _GATES[a["mode"]] + steps * a["hx"].shape[-1] * inner
    return int(numbers * a["input"].element_size())


def _storages(node: object) -> dict[int, int]:
    """Each storage on the GPU that a node has saved, with its bytes."""
    found: dict[int, int] = {}
    own = vars(node) if isinstance(node, torch.autograd.function.BackwardCFunction) else ()
    for name in dir(node) if node is not None else ():
        if name.startswith("_saved_") or name == "saved_tensors" or name in own:
            try:
                value = getattr(node, name)
            except RuntimeError:  # freed, or changed in place since
                continue
            for tensor in value if isinstance(value, (list, tuple)) else [value]:
                if isinstance(tensor, torch.Tensor) and tensor.device.type == DEVICE:
                    found[storage_of(tensor)] = tensor.untyped_storage().nbytes()
    return found
