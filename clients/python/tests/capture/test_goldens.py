"""Captured layers are those of PyTorch's witness: the golden configs of the project."""

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
NETWORKS = ("resnet18", "mobilenet_v3_large", "efficientnet_b3", "googlenet", "vit_b_16", "convnext_tiny")

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason="the golden configs are not beside this package")


NEWER = ("call", "autocast", "held_in_evaluation", "placed", "stepped")


def plain(layers: list[dict[str, Any]], golden: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Layers without the fields that the golden config is too old to say anywhere."""
    said = {key for layer in golden for key in layer}
    return [{k: v for k, v in layer.items() if k not in NEWER or k in said} for layer in layers]


@pytest.mark.parametrize("name", NETWORKS)
def test_layers_are_the_golden_ones(name: str) -> None:
    golden = json.loads((GOLDEN / f"{name}.layer-config.json").read_text())
    with torch.device("meta"):
        options = {"init_weights": False} if name == "googlenet" else {}
        model = torchvision.models.get_model(name, weights=None, **options)
    shape = golden["inputs"][0]["shape"]
    config = capture(model, (torch.empty(4, *shape, device="meta"),), job=name, name=name)
    assert config["inputs"] == golden["inputs"]
    assert config["lifetimes"] == "observed"
    assert config["outputs"] == golden["outputs"]
    assert plain(config["layers"], golden["layers"]) == golden["layers"]


@pytest.mark.skipif(not (ROOT / "target/quarkus-app").is_dir(), reason="./headroom is not built")
def test_predictions_are_pytorchs_figures() -> None:
    import proof

    rows = proof.compare(GOLDEN, ["resnet18", "vit_b_16"])
    assert len(rows) > 200
    assert [row for row in rows if not row.right] == []
