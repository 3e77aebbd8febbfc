"""Captured layers are those of PyTorch's witness, field by field: golden networks as its exporter writes them today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from versions import IS_WITNESS, NODES_CAN_BE_CALLED

from headroom.capture import capture

torchvision = pytest.importorskip("torchvision")
ROOT = Path(__file__).parents[4]
GOLDEN = ROOT / "src/test/resources/golden/networks"
OBSERVED = ROOT / "src/test/resources/observed"
NETWORKS = ("resnet18", "mobilenet_v3_large", "efficientnet_b3", "googlenet", "vit_b_16", "convnext_tiny")

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason="the golden configs are not beside this package")


NEWER = {"call", "autocast", "held_in_evaluation", "placed", "stepped"}


def lasting(layers: list[dict[str, Any]], golden: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Layers without what depends on PyTorch's version, and without fields that the golden config says nowhere.

    How long a value is held is a matter of PyTorch's own Python code, and so of its version.
    """
    unsaid = NEWER - {key for layer in golden for key in layer} | (set() if IS_WITNESS else {"held_until"})
    return [{k: v for k, v in layer.items() if k not in unsaid} for layer in layers]


@pytest.mark.parametrize("name", NETWORKS)
def test_layers_are_the_golden_ones(name: str) -> None:
    observed = OBSERVED if NODES_CAN_BE_CALLED else GOLDEN  # in those views whose gradient is copied are merged
    golden = json.loads((observed / f"{name}.layer-config.json").read_text())
    with torch.device("meta"):
        options = {"init_weights": False} if name == "googlenet" else {}
        model = torchvision.models.get_model(name, weights=None, **options)
    shape = golden["inputs"][0]["shape"]
    config = capture(model, (torch.empty(4, *shape, device="meta"),), job=name, name=name)
    assert config["inputs"] == golden["inputs"]
    assert config["lifetimes"] == "observed"
    # torchvision 0.19 mixes up the auxiliary outputs of googlenet.
    assert sorted(config["outputs"]) == sorted(golden["outputs"])
    assert config["outputs"] == golden["outputs"] or not IS_WITNESS
    assert lasting(config["layers"], golden["layers"]) == lasting(golden["layers"], golden["layers"])


@pytest.mark.skipif(not (ROOT / "target/quarkus-app").is_dir(), reason="./headroom is not built")
def test_predictions_are_pytorchs_figures() -> None:
    import proof

    rows = proof.compare(GOLDEN, ["resnet18", "vit_b_16"])
    assert len(rows) > 200
    # Peaks come of what Python holds, too: an older PyTorch holds query, key and value until the attention is over.
    assert [row for row in rows if not row.right and (IS_WITNESS or "peak" not in row.figure)] == []
