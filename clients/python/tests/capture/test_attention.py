"""The choice of attention's kernel is PyTorch's own for CUDA, written down."""

from __future__ import annotations

import json
from pathlib import Path

import attention_cases
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from headroom.capture.running.attention import attention_of

# What PyTorch 2.15.0 chose, with cuDNN 9.26, on devices of these compute capabilities: attention_cases.py wrote it.
CHOSEN = json.loads((Path(__file__).parent / "attention.json").read_text())


@pytest.mark.skipif(not torch.__version__.startswith("2.15."), reason="the choices are those of PyTorch 2.15")
@pytest.mark.parametrize("capability", CHOSEN)
def test_chooses_as_pytorch_does(capability: str) -> None:
    major, minor = map(int, capability.split("."))
    with FakeTensorMode(), attention_of((major, minor)):
        ours = [attention_cases.operators(case) for case in attention_cases.cases()]
    assert ours == CHOSEN[capability]
    assert len(set(ours)) > 5
