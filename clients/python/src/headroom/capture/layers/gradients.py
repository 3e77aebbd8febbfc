"""Which operators' backward steps copy their gradient to put it in order.

A backward pass runs operators on a thread for each device, which a process without a GPU does not have. So the graph's
nodes are called here, one after the other, in the order in which the engine takes them.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import torch
from torch.autograd.function import BackwardCFunction
from torch.utils._python_dispatch import TorchDispatchMode

from headroom.capture.layers.graph import Graph, Layer
from headroom.capture.layers.tidy import VIEWS
from headroom.capture.running.recorder import Operation

_COPYING = (*VIEWS, "batch_norm1d", "batch_norm2d", "batch_norm3d", "mean", "adaptive_avg_pool")
_UNLIKE = ("detach", "device")


class _Clones(TorchDispatchMode):
    """Counts the copies that are made within."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.made = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is torch.ops.aten.clone.default and args[0].numel():  # cuDNN's reserve is empty
            self.made += 1
        return func(*args, **(kwargs or {}))


def gradient_copies(
    graph: Graph, operations: Sequence[Operation], roots: Sequence[torch.Tensor]
) -> dict[str, int] | None:
    """How often the backward step of each layer copies its gradient, before views are merged.

    Args:
        graph: knows which operator made which layer.
        operations: of the pass that the graph was made of, whose tensors are alive.
        roots: where the backward pass begins.

    Returns:
        a number for each layer that an operator made; None where the nodes cannot be called.
    """
    try:
        copies = _backward(roots)
    except Exception:  # no backward step for tensors without values; PyTorch 2.4 does not tell what a node is given
        return None
    own: dict[int, int] = {}
    for index, operation in enumerate(operations):
        if operation.name not in _UNLIKE:
            own.setdefault(operation.node, index)
    by_operation = Counter({own[node]: n for node, n in copies.items() if node in own})
    return {name: by_operation[made.index] for name, made in graph.made_at.items() if name not in graph.given}


def note_gradient_copies(layers: Sequence[Layer], copies: Mapping[str, int], merged: Mapping[str, str]) -> None:
    """Writes ``gradient_copies`` on each layer whose backward step may have to put its gradient in order first."""
    counted: Counter[str] = Counter()
    for name, n in copies.items():
        while name in merged:
            name = merged[name]
        counted[name] += n
    for layer in layers:
        if layer["type"] in _COPYING and layer["name"] in counted:
            layer["gradient_copies"] = counted[layer["name"]]


def _backward(roots: Sequence[torch.Tensor]) -> Counter[int]:
    """Calls the nodes behind these tensors, the youngest first; copies by the numbers of the nodes."""
    copies: Counter[int] = Counter()
    order = count()
    waiting: list[tuple[int, int, Any]] = []
    gradients: dict[Any, dict[int, torch.Tensor]] = {}

    def send(node: Any, place: int, gradient: torch.Tensor) -> None:
        if node not in gradients:
            gradients[node] = {}
            heapq.heappush(waiting, (-node._sequence_nr(), next(order), node))
        before = gradients[node].get(place)
        gradients[node][place] = gradient if before is None else before + gradient

    with torch.no_grad():
        for root in roots:
            if root.grad_fn is not None:
                send(root.grad_fn, root.output_nr, torch.empty(root.shape, dtype=root.dtype, device=root.device))
        while waiting:
            number, _, node = heapq.heappop(waiting)
            with _Clones() as clones:
                results = _called(node, gradients.pop(node))
            copies[-number] += clones.made
            for (after, place), gradient in zip(node.next_functions, results):
                if gradient is None or after is None or type(after).__name__ == "AccumulateGrad":
                    continue
                of = after._input_metadata[place]
                fitting = gradient if gradient.shape == of.shape else gradient.sum_to_size(of.shape)
                send(after, place, fitting.to(of.dtype))
    return copies


def _called(node: Any, gradients: Mapping[int, torch.Tensor]) -> tuple[torch.Tensor | None, ...]:
    given = [gradients.get(place) for place in range(len(node._input_metadata))]
    results = node.apply(*given) if isinstance(node, BackwardCFunction) else node(*given)
    return results if isinstance(results, tuple) else (results,)
