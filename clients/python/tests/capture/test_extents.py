"""What follows the size of the inputs, predicted at another one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
NETWORKS = """
import torch
from torch import nn

class Places(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 8, 3, 2, padding=1), nn.Linear(8, 5)
    def forward(self, x):
        x = torch.relu(self.conv(x)).flatten(2).transpose(1, 2)
        scores = torch.softmax(x @ x.transpose(1, 2), -1)
        return self.head((scores @ x).mean(1))

class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.head = nn.Embedding(100, 16), nn.Linear(16, 100)
    def forward(self, ids):
        x = self.words(ids) + torch.arange(ids.shape[1], device=ids.device)[:, None]
        q = x.view(*x.shape[:2], 2, 8).transpose(1, 2)
        out = nn.functional.scaled_dot_product_attention(q, q, q)
        return self.head(out.transpose(1, 2).reshape(x.shape)).transpose(1, 2)

class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(192, 5)
    def forward(self, x):
        return self.head(x.flatten(1))
"""


def captured(folder: Path, network: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "own.py").write_text(NETWORKS)
    command = [sys.executable, "-m", "headroom", "capture", f"own.py:{network}", "--batch", "8", "--job", "own"]
    return subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True)


@pytest.mark.skipif(not (ROOT / "target/quarkus-app").is_dir(), reason="./headroom is not built")
@pytest.mark.parametrize(
    ("network", "size", "other"), [("Places", "3x32x32", "3x48x80"), ("Words", "32:int64", "72:int64")]
)
def test_another_size_is_predicted_as_if_captured_at_it(network: str, size: str, other: str, tmp_path: Path) -> None:
    figures = []
    for options in (["--input", size, "--dynamic"], ["--input", other]):
        config = captured(tmp_path, network, *options)
        assert config.returncode == 0, config.stderr
        extra = ["--input", other.partition(":")[0]] if "--dynamic" in options else []
        predicted = subprocess.run(
            [ROOT / "headroom", "predict", "-", "--json", *extra], input=config.stdout, capture_output=True, text=True
        )
        assert predicted.returncode == 0, predicted.stderr
        answer = json.loads(predicted.stdout)
        figures.append([answer[key] for key in ("saved_bytes", "after_forward_bytes", "gradient_bytes")])
        figures[-1].append(answer["peak"]["allocated_bytes"])
    assert figures[0] == figures[1]


def test_a_network_of_one_size_says_so(tmp_path: Path) -> None:
    ended = captured(tmp_path, "Whole", "--input", "3x8x8", "--dynamic")
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
