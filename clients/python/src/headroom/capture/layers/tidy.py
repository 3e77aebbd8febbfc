"""Chains of views become one view; what nothing uses goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, MutableMapping, Sequence, Set

from headroom.capture.layers.graph import Layer

VIEWS = ("reshape", "permute", "slice", "expand")
_REFERENCES = ("weight", "bias_from")


def references(layer: Layer) -> Iterator[str]:
    """The names of all values that a layer takes."""
    yield from layer["inputs"]
    for key in _REFERENCES:
        if key in layer:
            yield layer[key]


def tidy(
    layers: Sequence[Layer],
    outputs: Sequence[str],
    asked: Set[str] = frozenset(),
    merged: MutableMapping[str, str] | None = None,
    apart: Set[str] = frozenset(),
) -> list[Layer]:
    """Merges views and leaves out the copies that autograd makes for itself.

    Args:
        layers: all of them, in order.
        outputs: of the model.
        asked: copies that the model asked for; they stay.
        merged: is told which layers went into which other one.
        apart: views that go into no other one.
    """
    into = {} if merged is None else merged
    uses = _uses(layers, outputs)
    layers = [
        layer for layer in layers if layer["type"] != "contiguous" or uses[layer["name"]] or layer["name"] in asked
    ]
    while gone := _merge(layers, _uses(layers, outputs), into, apart):
        layers = [layer for layer in layers if layer["name"] not in gone]
    used = set(_uses(layers, outputs))
    return [
        layer
        for layer in layers
        if layer["name"] in used
        or layer["type"] in ("buffer", "constant")
        or (layer["name"] in asked and layer["type"] == "contiguous")
    ]


def _uses(layers: Sequence[Layer], outputs: Sequence[str]) -> Counter[str]:
    return Counter([*(name for layer in layers for name in references(layer)), *outputs])


def _merge(layers: Sequence[Layer], uses: Counter[str], merged: MutableMapping[str, str], apart: Set[str]) -> set[str]:
    """Lets each view take what the view before it took, if nothing else uses that one."""
    by_name = {layer["name"]: layer for layer in layers}
    gone: set[str] = set()
    for layer in layers:
        if layer["type"] not in VIEWS:
            continue
        before = by_name.get(layer["inputs"][0])
        if before is None or before["type"] not in ("reshape", "permute") or before["name"] in gone:
            continue
        if uses[before["name"]] == 1 and before["name"] not in apart:
            if layer["type"] in ("reshape", "permute"):
                layer["type"] = "permute" if "permute" in (layer["type"], before["type"]) else "reshape"
            layer["inputs"] = before["inputs"]
            if "requires_grad" in before:
                layer["requires_grad"] = before["requires_grad"]
            merged[before["name"]] = layer["name"]
            gone.add(before["name"])
    return gone
