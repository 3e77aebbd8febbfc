"""The loss, where the model computes it itself."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from headroom.capture.layers.graph import Layer
from headroom.capture.layers.tidy import references

_KINDS = {
    "mse_loss": "mse",
    "smooth_l1_loss": "smooth_l1",
    "binary_cross_entropy_with_logits": "bce_with_logits",
    "nll_loss_forward": "cross_entropy",
    "nll_loss2d_forward": "cross_entropy",
    "nll_loss_nd": "cross_entropy",
}


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss and what it is computed of.

    Attributes:
        type: the contract's word.
        inputs: names of values.
        layers: names of the layers that are the loss.
    """

    type: str
    inputs: list[str]
    layers: frozenset[str]


def loss_inside(layers: Sequence[Layer], outputs: Sequence[str], numbers: Set[str]) -> Loss | None:
    """The loss that one of the outputs is; None if none is a single number.

    A number whose way here is not known is a loss of type ``none``.

    Args:
        layers: all of the pass.
        outputs: of the model.
        numbers: the layers whose result is one number for the whole batch.
    """
    by_name = {layer["name"]: layer for layer in layers}
    for name in outputs:
        layer = by_name.get(name)
        if layer is None or name not in numbers:
            continue
        parts = {name, *(other["name"] for other in layers if other["name"].startswith(f"{name}."))}
        kind = _KINDS.get(layer.get("operator", ""))
        of = by_name.get(layer["inputs"][0]) if layer["inputs"] else None
        if kind == "cross_entropy" and (of is None or of.get("operator") != "_log_softmax"):
            kind = None
        if kind == "cross_entropy" and of is not None:
            return Loss(kind, of["inputs"][:1], frozenset(parts | {of["name"]}))
        if kind is not None:
            return Loss(kind, layer["inputs"][:1], frozenset(parts))
        return Loss("none", [name], frozenset())
    return None


def without(layers: Sequence[Layer], loss: Loss, outputs: Sequence[str]) -> tuple[list[Layer], list[str]]:
    """Layers and outputs without those that are the loss: the predictor knows what a loss costs."""
    gone = loss.layers
    used = {name for layer in layers if layer["name"] not in gone for name in references(layer)}
    rest = [layer for layer in layers if layer["name"] not in gone or layer["name"] in used]
    kept = [name for name in outputs if name not in gone or name in used]
    return rest, kept or list(loss.inputs)
