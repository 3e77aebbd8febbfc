"""What a pass makes of nothing, what modules keep of it, and where gradients are put in order."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from versions import NODES_CAN_BE_CALLED

from headroom.capture import capture


class Masked(nn.Module):
    """Adds a mask that it makes; fills what it made, part by part."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.fc(x)
        index = torch.arange(8, device=x.device)
        mask = (index[None, :] > index[:, None]).to(x.dtype)
        return x @ mask


class Gathers(nn.Module):
    """Reads a table of parameters at places that it makes."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.zeros(16))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.table[torch.arange(8, device=x.device)]


class Replaces(nn.Module):
    """Puts a buffer of its own in the place of the registered one, once."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.register_buffer("scale", torch.zeros(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.scale.shape[0] != 8:
            self.scale = torch.ones(8).to(x.device)
        return self.fc(x) * self.scale


class Caches(nn.Module):
    """Keeps a bias in evaluation alone."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.kept: torch.Tensor | None = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            return self.fc(x) + self.fc.bias.exp()
        if self.kept is None:
            self.kept = self.fc.bias.exp()
        return self.fc(x) + self.kept


class Turned(nn.Module):
    """Gradients arrive at the reshape the other way round."""

    def __init__(self) -> None:
        super().__init__()
        self.fc, self.out = nn.Linear(8, 8), nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.fc(x).reshape(-1, 4, 2).permute(0, 2, 1))


class Normed(nn.Module):
    """Batch norm is given a gradient that is a view of a larger one."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)
        self.fc = nn.Linear(8, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv(x)
        return self.fc(torch.cat([x, self.norm(x)], 1).mean((2, 3)))


class Unlike(torch.autograd.Function):
    """A backward step that tensors without values cannot do."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        return x * 2

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("no")


class Own(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return Unlike.apply(x.reshape(-1, 4).requires_grad_())


class Ensemble(nn.Module):
    """The batch is inside, until the mean of its heads."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(8, 4), nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.stack([self.one(x), self.two(x)]).mean(0)


def layers_of(model: nn.Module, *shape: int) -> dict[str, dict[str, Any]]:
    return {layer["name"]: layer for layer in capture(model, (torch.zeros(4, *shape),))["layers"]}


def test_constants_are_layers_where_they_are_made() -> None:
    layers = layers_of(Masked(), 8)
    constants = [layer for layer in layers.values() if layer["type"] == "constant"]
    assert [(layer["shape"], layer.get("dtype")) for layer in constants] == [
        ([8], "int64"),
        ([8, 8], "bool"),
        ([8, 8], None),
    ]
    assert all(layer["held_until"] in layers for layer in constants)
    assert list(layers).index("fc") < list(layers).index(constants[0]["name"])
    assert layers["matmul"]["inputs"] == ["fc", constants[2]["name"]]


def test_indices_that_a_pass_makes_are_read() -> None:
    layers = layers_of(Gathers(), 8)
    assert layers["index"]["inputs"] == ["table", "constant"]
    assert layers["index"]["saves_inputs"] == [1]
    assert layers["constant"]["dtype"] == "int64"


def test_a_buffer_that_the_first_pass_replaces_goes() -> None:
    model = Replaces()
    layers = layers_of(model, 8)
    assert layers["scale"]["type"] == "buffer"
    assert layers["scale"]["shape"] == [1]
    assert layers["scale"]["held_until"] == "constant"
    assert layers["constant"]["shape"] == [8]
    assert layers["constant"]["held_in_training"]
    assert layers["constant"]["held_in_evaluation"]
    assert model.scale.shape == (1,)


def test_what_evaluation_keeps_is_not_kept_in_training() -> None:
    layers = layers_of(Caches(), 8)
    assert layers["exp"]["held_in_evaluation"]
    assert "held_in_training" not in layers["exp"]


copies_are_counted = pytest.mark.skipif(not NODES_CAN_BE_CALLED, reason="this PyTorch does not tell what nodes take")


def test_a_mean_over_what_is_before_the_batch_puts_it_first_again() -> None:
    layers = list(layers_of(Ensemble(), 8).values())
    assert [(layer["type"], layer.get("shape"), layer.get("dim")) for layer in layers[-2:]] == [
        ("mean", None, [1]),
        ("reshape", [4], None),
    ]


@copies_are_counted
def test_gradients_are_copied_where_they_lie_otherwise() -> None:
    layers = layers_of(Turned(), 8)
    copies = {layer["name"]: layer["gradient_copies"] for layer in layers.values() if layer.get("gradient_copies")}
    assert copies == {"reshape": 1}
    assert layers["permute"]["inputs"] == ["reshape"]


@copies_are_counted
def test_batch_norm_copies_a_part_of_a_gradient() -> None:
    layers = layers_of(Normed(), 3, 4, 4)
    assert layers["norm"]["gradient_copies"] == 1


def test_nodes_that_cannot_be_called_leave_copies_unsaid() -> None:
    layers = layers_of(Own(), 8)
    assert layers["Unlike.apply"]["type"] == "opaque"
    assert not any("gradient_copies" in layer for layer in layers.values())
