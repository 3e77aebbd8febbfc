"""Recurrent layers as cuDNN runs them, also where there is no GPU to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch

_MODES = {"rnn_relu": 0, "rnn_tanh": 1, "lstm": 2, "gru": 3}
"""cuDNN's numbers. Source: ``torch/backends/cudnn/rnn.py``."""


def _recurrent(mode: int) -> Callable[..., tuple[torch.Tensor, ...]]:
    def run(
        given: torch.Tensor,
        state: torch.Tensor | Sequence[torch.Tensor],
        params: Sequence[torch.Tensor],
        _: bool,
        num_layers: int,
        dropout: float,
        train: bool,
        bidirectional: bool,
        batch_first: bool,
    ) -> tuple[torch.Tensor, ...]:
        hidden, cell = (state, None) if isinstance(state, torch.Tensor) else state
        states = num_layers * (2 if bidirectional else 1)
        for_each = len(params) // states
        size = cell.shape[-1] if cell is not None else hidden.shape[-1]
        projected = hidden.shape[-1] if hidden.shape[-1] != size else 0
        seed = given.new_empty(0, dtype=torch.uint8) if dropout and train else None
        out, h, c, *_ = torch.ops.aten._cudnn_rnn(
            given, list(params), for_each, None, hidden, cell, mode, size, projected, num_layers,
            batch_first, dropout, train, bidirectional, [], seed,
        )  # fmt: skip
        return (out, h, c) if cell is not None else (out, h)

    return run


@contextmanager
def recurrent_layers() -> Iterator[None]:
    """Within, recurrent layers on fake tensors run cuDNN's operator; PyTorch's own way where there is a GPU.

    Packed sequences stay as they are: how long they are is not known without values.
    """
    if torch.cuda.is_available():
        yield
        return
    library = torch.library.Library("aten", "IMPL")
    try:
        for name, mode in _MODES.items():
            for key in ("AutogradCUDA", "CUDA"):
                library.impl(f"{name}.input", _recurrent(mode), key)
        yield
    finally:
        library._destroy()
