"""An operator at both batch sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from headroom.capture.layers.graph import Graph
from headroom.capture.running.recorder import Operation, on_gpu

VIEWS = {
    "view", "_unsafe_view", "t", "transpose", "permute", "expand", "slice", "select", "unsqueeze", "squeeze", "split",
    "split_with_sizes", "chunk", "unbind", "detach", "alias", "_reshape_alias", "as_strided", "unfold", "diagonal",
    "detach_",
}  # fmt: skip


@dataclass(slots=True)
class Step:
    """An operator at both batch sizes, as its handler sees it.

    Attributes:
        one: at the first batch size.
        two: at the second.
        tensors: the arguments that are tensors.
        others: the arguments that are tensors of the second.
    """

    graph: Graph
    one: Operation
    two: Operation
    tensors: list[torch.Tensor]
    others: list[torch.Tensor]

    def __getitem__(self, name: str) -> Any:
        return self.one.arguments[name]

    @property
    def out(self) -> torch.Tensor:
        return self.one.results[0]

    @property
    def inplace(self) -> bool | None:
        return True if self.one.name.endswith("_") else None

    def sample(self, one: torch.Tensor, two: torch.Tensor) -> list[int]:
        return self.graph.batches.sample(one.shape, two.shape)

    def emit(self, kind: str, base: str, inputs: Sequence[torch.Tensor], **attributes: Any) -> None:
        self.graph.emit(kind, base, inputs, self.out, self.two.results[0], **attributes)

    def under(self, suffix: str) -> str:
        return f"{self.one.module}.{suffix}"

    def computed(self, argument: str, field: str) -> dict[str, str]:
        """A weight or bias that is no parameter of the model is an earlier value."""
        tensor = self[argument]
        if tensor is None or self.graph.is_parameter(tensor):
            return {}
        return {field: self.graph.source(tensor)}


def tensors_of(operation: Operation) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """The arguments that are tensors on the GPU, and those that are in lists."""
    values = operation.arguments.values()
    single = [v for v in values if on_gpu(v)]
    lists = [e for v in values if isinstance(v, (list, tuple)) for e in v if on_gpu(e)]
    return single, lists
