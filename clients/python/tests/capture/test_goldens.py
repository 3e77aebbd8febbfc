"""Captured layers are those of PyTorch's witness, field by field: golden networks as its exporter writes them today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from headroom.capture import capture

torchvision = pytest.importorskip("torchvision")
ROOT = Path(__file__).parents[4]
GOLDEN = ROOT / "src/test/resources/golden/networks"
OBSERVED = ROOT / "src/test/resources/observed"
NETWORKS = ("resnet18", "mobilenet_v3_large", "efficientnet_b3", "googlenet", "vit_b_16", "convnext_tiny")

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason="the golden configs are not beside this package")


WITNESS = (2, 15)
"""The PyTorch that the golden configs come from."""

here = tuple(map(int, torch.__version__.split(".")[:2]))


def lasting(layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Layers without what depends on PyTorch's version: how long its own Python code holds a value."""
    unsaid = {"held_until"} if here != WITNESS else set()
    return [{k: v for k, v in layer.items() if k not in unsaid} for layer in layers]


@pytest.mark.parametrize("name", NETWORKS)
def test_layers_are_the_golden_ones(name: str) -> None:
    golden = json.loads((OBSERVED / f"{name}.layer-config.json").read_text())
    with torch.device("meta"):
        options = {"init_weights": False} if name == "googlenet" else {}
        model = torchvision.models.get_model(name, weights=None, **options)
    shape = golden["inputs"][0]["shape"]
    config = capture(model, (torch.empty(4, *shape, device="meta"),), job=name, name=name)
    assert config["inputs"] == golden["inputs"]
    assert config["lifetimes"] == "observed"
    # torchvision 0.19 mixes up the auxiliary outputs of googlenet.
    assert sorted(config["outputs"]) == sorted(golden["outputs"])
    assert config["outputs"] == golden["outputs"] or here != WITNESS
    assert lasting(config["layers"]) == lasting(golden["layers"])


@pytest.mark.skipif(not (ROOT / "target/quarkus-app").is_dir(), reason="./headroom is not built")
def test_predictions_are_pytorchs_figures() -> None:
    import proof

    rows = proof.compare(GOLDEN, ["resnet18", "vit_b_16"])
    assert len(rows) > 200
    # Peaks come of what Python holds, too: an older PyTorch holds query, key and value until the attention is over.
    assert [row for row in rows if not row.right and (here == WITNESS or "peak" not in row.figure)] == []
