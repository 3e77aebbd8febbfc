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


_STATES = {0: 1, 1: 1, 2: 5, 3: 6}
"""Numbers for each unit and step, by cuDNN's mode: gates, the cell of LSTM, what GRU's gates are made of."""


def reserved(operation: Operation) -> int:
    """What cuDNN reserves for the backward pass of a recurrent layer, in bytes; 0 for any other operator.

    It tells its size only on a GPU. An H100 with cuDNN 9.19 reserved the states of each step and 256 bytes. With
    dropout it also kept the results of the layers within, and a bit for each of their numbers.
    """
    if operation.name != "_cudnn_rnn" or not operation.arguments["train"]:
        return 0
    a = operation.arguments
    directions = 2 if a["bidirectional"] else 1
    steps = a["input"].shape[0] * a["input"].shape[1] * directions
    size = a["input"].element_size()
    states = steps * a["hidden_size"] * a["num_layers"] * _STATES[a["mode"]] * size
    within = steps * a["hx"].shape[-1] * (a["num_layers"] - 1) if a["dropout"] else 0
    return int(states + within * size + within // 8 + 256)


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
