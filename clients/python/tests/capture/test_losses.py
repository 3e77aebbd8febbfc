"""What a loss is computed of, where the model does not compute it itself."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import nn

from headroom.capture import capture


class Output(OrderedDict[str, torch.Tensor]):
    """As transformers' ``ModelOutput``: logits beside caches and states."""

    def to_tuple(self) -> tuple[torch.Tensor, ...]:
        return tuple(self.values())


class Answers(nn.Module):
    def __init__(self, kind: type[OrderedDict[str, Any]], score: str) -> None:
        super().__init__()
        self.body, self.head = nn.Linear(8, 8), nn.Linear(8, 4)
        self.kind, self.score = kind, score

    def forward(self, x: torch.Tensor) -> OrderedDict[str, Any]:
        state = self.body(x)
        return self.kind([("state", state), (self.score, self.head(state))])


def loss_of(model: nn.Module, **options: Any) -> Any:
    config = capture(model, (torch.zeros(4, 8),), **options)
    assert config["outputs"] == ["body", "head"]
    return config["loss"]


def test_the_logits_of_a_result_that_names_them() -> None:
    assert loss_of(Answers(Output, "logits")) == {"type": "cross_entropy", "inputs": ["head"]}
    assert loss_of(Answers(Output, "start_logits"), loss="mse") == {"type": "mse", "inputs": ["head"]}


def test_the_first_of_such_a_result_without_logits() -> None:
    assert loss_of(Answers(Output, "cache"))["inputs"] == ["body"]


def test_all_of_any_other_result() -> None:
    assert loss_of(Answers(OrderedDict, "aux"))["inputs"] == ["body", "head"]
