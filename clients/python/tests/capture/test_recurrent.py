"""What cuDNN reserves for recurrent layers, by the figures of an H100."""

from __future__ import annotations

import pytest
import torch

from headroom.capture.layers.saved import reserved
from headroom.capture.running.recorder import Operation

RNN, LSTM, GRU = 1, 2, 3


# docs/hardware/h100-80gb-580.159.04/operators.csv: the last request of each forward pass.
# 32 samples of 128 steps, 512 wide.
@pytest.mark.parametrize(
    ("mode", "layers", "dropout", "bidirectional", "dtype", "bytes_requested"),
    [
        (LSTM, 1, 0.0, False, torch.float32, 41_943_296),
        (LSTM, 1, 0.0, False, torch.bfloat16, 20_971_776),
        (LSTM, 2, 0.1, False, torch.float32, 92_537_088),
        (LSTM, 1, 0.0, True, torch.float32, 83_886_336),
        (GRU, 1, 0.0, False, torch.float32, 50_331_904),
        (RNN, 1, 0.0, False, torch.float32, 8_388_864),
    ],
)
def test_reserves_what_an_h100_requested(
    mode: int, layers: int, dropout: float, bidirectional: bool, dtype: torch.dtype, bytes_requested: int
) -> None:
    arguments = {
        "train": True,
        "mode": mode,
        "num_layers": layers,
        "dropout": dropout,
        "bidirectional": bidirectional,
        "hidden_size": 512,
        "input": torch.empty(128, 32, 512, dtype=dtype, device="meta"),
        "hx": torch.empty(layers * (1 + bidirectional), 32, 512, dtype=dtype, device="meta"),
    }
    assert reserved(Operation("", "", "_cudnn_rnn", None, arguments, [], True, 0)) == bytes_requested
    assert reserved(Operation("", "", "_cudnn_rnn", None, {**arguments, "train": False}, [], True, 0)) == 0
    assert reserved(Operation("", "", "linear", None, arguments, [], True, 0)) == 0
