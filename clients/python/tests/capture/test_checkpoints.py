"""What a model recomputes: modules, parts of modules, and functions of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

from headroom.capture import CaptureError, capture
from headroom.capture.running.checkpoints import in_one_piece


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(16, 32), nn.Linear(32, 16)
        self.scale = nn.Parameter(torch.ones(16))

    def part(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.two(torch.tanh(self.one(x)))) * self.scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.part(x))


class Partly(Block):
    """Recomputes a method, twice, while it trains."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return torch.relu(self.part(self.part(x)))
        x = checkpoint(self.part, x, use_reentrant=False)
        return torch.relu(checkpoint(self.part, x, use_reentrant=False))


Call = Callable[[nn.Module, torch.Tensor], torch.Tensor]


class Net(nn.Module):
    def __init__(self, call: Call, block: type[nn.Module] = Block) -> None:
        super().__init__()
        self.first, self.block, self.last = nn.Linear(8, 16), block(), nn.Linear(16, 4)
        self.call = call

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.call(self.block, self.first(x)))


def recomputed(model: nn.Module) -> tuple[list[str], list[str]]:
    """The paths that a config says, and the layers after the first and before the last."""
    config = capture(model, (torch.randn(4, 8),))
    assert not any(layer.get("training_only") for layer in config["layers"])
    return config["checkpointing"], [layer["name"] for layer in config["layers"]][1:-1]


INSIDE = ["block.one", "block", "block.two", "block.1", "block.scale", "block.mul", "block.2"]


@pytest.mark.parametrize(
    "call",
    [
        lambda block, x: checkpoint(block, x, use_reentrant=False),
        lambda block, x: checkpoint(block, x, use_reentrant=True),
        lambda block, x: checkpoint(block.__call__, x, use_reentrant=False),
        lambda block, x: checkpoint(lambda y: block(y), x, use_reentrant=False),
    ],
    ids=["module", "reentrant", "method", "function"],
)
def test_a_module_and_all_that_it_runs(call: Call) -> None:
    assert recomputed(Net(call)) == (["block"], INSIDE)


def test_a_part_of_a_module_is_a_module_within() -> None:
    paths, layers = recomputed(Net(lambda block, x: block(x), Partly))
    assert paths == ["block.checkpoint", "block.checkpoint_1"]
    parts = [[f"{path}.one", path, f"{path}.two", f"{path}.1", f"{path}.mul"] for path in paths]
    assert layers == ["block.scale", *parts[0], *parts[1], "block"]


def test_a_function_of_a_module_and_more() -> None:
    def call(block: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return checkpoint(lambda y: block(y) + y, x, use_reentrant=False)

    paths, layers = recomputed(Net(call))
    assert paths == ["checkpoint"]
    assert layers == [
        "block.scale", "checkpoint.block.one", "checkpoint.block", "checkpoint.block.two", "checkpoint.block_1",
        "checkpoint.block.mul", "checkpoint.block_2", "checkpoint.add",
    ]  # fmt: skip


def test_a_forward_that_is_called_itself() -> None:
    paths, layers = recomputed(Net(lambda block, x: checkpoint(block.forward, x, use_reentrant=False)))
    assert paths == ["checkpoint"]
    assert all(name.startswith("checkpoint") or name == "block.scale" for name in layers)


def test_several_modules_are_recomputed_together() -> None:
    def call(blocks: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return checkpoint_sequential(blocks, 2, x, use_reentrant=False)

    paths, layers = recomputed(Net(call, lambda: nn.Sequential(*(nn.Linear(16, 16) for _ in range(4)))))  # type: ignore[arg-type]
    assert paths == ["checkpoint"]
    assert layers == ["checkpoint.block.0", "checkpoint.block.1", "block.2", "block.3"]


def test_what_stands_in_between_is_refused() -> None:
    layers = [
        {"name": name, "inputs": inputs} for name, inputs in (("a.x", ["i"]), ("w", []), ("b", ["i"]), ("a.y", ["b"]))
    ]
    assert [layer["name"] for layer in in_one_piece(layers[:2] + layers[3:], ["a"])] == ["w", "a.x", "a.y"]
    with pytest.raises(CaptureError, match="the model recomputes a in parts"):
        in_one_piece(layers, ["a"])
