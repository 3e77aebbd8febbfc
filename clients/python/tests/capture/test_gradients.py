"""Where gradients do not flow, and what a job's own functions save."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from headroom.capture import capture


class Gate(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.t, self.b = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.relu(self.a(x))
        return self.b(h * self.gate(h))

    def gate(self, h: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError


class NoGrad(Gate):
    def gate(self, h: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return torch.sigmoid(self.t(h))


class Detached(Gate):
    def gate(self, h: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.t(h.detach()))


class Own(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x, x.exp(), x > 0)
        return x.exp() * 2

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:
        return gradient


class OwnFunction(Gate):
    def gate(self, h: torch.Tensor) -> torch.Tensor:
        return Own.apply(h)


class Parts(Gate):
    def gate(self, h: torch.Tensor) -> torch.Tensor:
        y = torch.zeros_like(h)
        y[:, :4] = self.t(h)[:, 4:]
        y[:, 4:] = 1.0
        return torch.tanh(y)


class Recurrent(nn.Module):
    def __init__(self, kind: type[nn.RNNBase]) -> None:
        super().__init__()
        self.rnn = kind(8, 16, 2, batch_first=True, dropout=0.1)
        self.head = nn.Linear(16, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.rnn(x)[0][:, -1])


class EntersAutocast(Gate):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cuda", dtype=torch.bfloat16):
            h = self.t(torch.relu(self.a(x)))
        return self.b(h.float())


def layers_of(model: nn.Module, *shape: int) -> dict[str, dict[str, Any]]:
    return {layer["name"]: layer for layer in capture(model, (torch.zeros(4, *shape),))["layers"]}


def test_no_gradient_within_no_grad() -> None:
    layers = layers_of(NoGrad(), 8)
    assert {name for name, layer in layers.items() if layer.get("requires_grad") is False} == {"t"}


def test_no_gradient_through_what_is_detached() -> None:
    layers = layers_of(Detached(), 8)
    without = [layer for layer in layers.values() if layer.get("requires_grad") is False]
    assert [(layer["type"], layer["inputs"]) for layer in without] == [("reshape", ["model"])]
    assert layers["t"]["inputs"] == [without[0]["name"]]


def test_a_function_is_one_layer_with_what_it_saves() -> None:
    layer = layers_of(OwnFunction(), 8)["Own.apply"]
    assert layer["type"] == "opaque"
    assert layer["inputs"] == ["model"]
    assert layer["saves_inputs"] == [0]
    assert layer["saves_output"] is False
    assert layer["saved_bytes_per_sample"] == 8 * 4 + 8
    assert torch.autograd.Function.apply.__name__ == "apply"


def test_gradients_flow_through_what_is_filled_part_by_part() -> None:
    layers = layers_of(Parts(), 8)
    assert layers["copy"]["inputs"] == ["slice"]
    assert layers["copy"]["output_shape"] == [8]
    assert layers["slice"]["inputs"] == ["t"]
    assert layers["model_1"]["type"] == "tanh"
    assert layers["model_1"]["inputs"] == ["copy"]


@pytest.mark.parametrize(("kind", "numbers"), [(nn.LSTM, 5), (nn.GRU, 6), (nn.RNN, 1)])
def test_recurrent_layers_are_cudnns(kind: type[nn.RNNBase], numbers: int) -> None:
    layer = layers_of(Recurrent(kind), 6, 8)["rnn.cudnn_rnn"]
    assert layer["output_shape"] == [6, 16]
    # The states of both layers, what lies between them, and a bit for each number of that.
    assert layer["saved_bytes_per_sample"] == 4 * 6 * 16 * (2 * numbers + 1) + 6 * 16 // 8
    assert layer["saved_bytes"] == 256


def test_autocast_that_the_model_enters() -> None:
    config = capture(EntersAutocast(), (torch.zeros(4, 8),))
    assert config["precision"] == {"parameters": "float32", "autocast": "bfloat16"}
    outside = [layer["name"] for layer in config["layers"] if layer.get("autocast") is False]
    assert outside == ["to", "b"]
    assert not torch.is_autocast_enabled("cuda")
