"""What operators make of nothing, or of constants alone, while the model runs: masks, indices, rotary tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from headroom.capture.running.recorder import storage_of

if TYPE_CHECKING:
    from headroom.capture.layers.graph import Graph, Layer


class Constants:
    """The constants of a graph, each a layer where it is made."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._layers: dict[int, Layer] = {}

    def __contains__(self, tensor: torch.Tensor) -> bool:
        return storage_of(tensor) in self._layers

    def layer(self, tensor: torch.Tensor) -> Layer | None:
        """The layer that made what a tensor is, or is a view of."""
        return self._layers.get(storage_of(tensor))

    def make(self, tensor: torch.Tensor) -> None:
        """Adds a constant that an operator has just made."""
        graph = self._graph
        layer: Layer = {"name": graph.fresh(f"{graph.module}.constant"), "type": "constant", "inputs": []}
        graph.shape(layer, tensor)
        graph.format(layer, tensor)
        if tensor.is_complex():  # the contract knows no complex format: two numbers each
            layer["shape"] = [*layer["shape"], 2]
            layer["dtype"] = str(tensor.real.dtype).removeprefix("torch.")
        graph.layers.append(layer)
        self._layers[storage_of(tensor)] = layer
        graph.learn(tensor, layer["name"])

    def part(self, tensor: torch.Tensor) -> str:
        """Adds a view of a constant; returns its name."""
        graph, base = self._graph, self._layers[storage_of(tensor)]
        numbers = tensor.untyped_storage().nbytes() // tensor.element_size()
        kind = "slice" if tensor.numel() < numbers else "expand" if tensor.numel() > numbers else "reshape"
        layer: Layer = {"name": graph.fresh(f"{graph.module}.{kind}"), "type": kind, "inputs": [base["name"]]}
        graph.shape(layer, tensor)
        if not layer.pop("batched", False):
            layer["batched"] = False
        graph.format(layer, tensor)
        graph.layers.append(layer)
        graph.view_of(layer["name"], tensor)
        graph.learn(tensor, layer["name"])
        return str(layer["name"])

    def forget(self, tensor: torch.Tensor) -> None:
        """What the model goes on to fill with values of the batch was no constant."""
        layer = self._layers.pop(storage_of(tensor), None)
        if layer is not None:
            self._graph.unlearn(layer)
