"""How long results live."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from headroom.capture import capture


class Frozen(nn.Module):
    """A frozen weight over an input that does not lie in order: PyTorch repeats the weight for each place."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(8, 8), requires_grad=False)
        self.bias = nn.Parameter(torch.zeros(8), requires_grad=False)
        self.head = nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = F.linear(x.transpose(0, 1), self.weight, self.bias)
        kept = torch.relu(h)
        out = self.head(kept.transpose(0, 1))
        return out + kept.mean()


def test_what_looks_at_a_parameter_is_not_held() -> None:
    layers = {layer["name"]: layer for layer in capture(Frozen(), (torch.zeros(4, 6, 8),))["layers"]}
    assert layers["expand"]["inputs"] == ["weight"]
    assert "held_until" not in layers["expand"]
