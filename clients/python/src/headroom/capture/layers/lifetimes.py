"""How long results live, what only training runs, and which calls made more than one layer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from headroom.capture.layers.graph import Graph, Layer
from headroom.capture.layers.tidy import VIEWS, references
from headroom.capture.running.calls import Call
from headroom.capture.running.recorder import Lifetimes, Operation, storage_of

_UNLIKE = ("detach", "device")
"""Saving detaches, and only one of two passes saves."""

_CASTING = ("scaled_dot_product_attention", "linear", "matmul", "bmm", "baddbmm")
"""Calls that autocast casts the arguments of."""

_VIEWS = ("view", "expand", "permute", "transpose", "t", "slice", "select", "unsqueeze", "squeeze", "alias", "detach")


def note_lifetimes(
    graph: Graph, layers: Sequence[Layer], outputs: Sequence[str], operations: Sequence[Operation], seen: Lifetimes
) -> bool:
    """Writes ``held_until`` on each layer whose result Python's references keep beyond its last use.

    Args:
        graph: knows which operator made which layer.
        layers: the tidy ones.
        outputs: of the model; they outlive the pass.
        operations: of the pass that the graph was made of.
        seen: the same pass, with nothing kept alive.

    Returns:
        whether both passes ran the same operators; if not, nothing is written.
    """
    here = [k for k, o in enumerate(operations) if o.name not in _UNLIKE and not _stands_for_cast(graph, o)]
    there = [k for k, step in enumerate(seen.steps) if step.name not in _UNLIKE]
    if [operations[k].name for k in here] != [seen.steps[k].name for k in there]:
        return False
    numbers: dict[int, int] = {}
    for h, t in zip(here, there):
        numbers.update(zip((storage_of(r) for r in operations[h].results), seen.steps[t].storages))
    place = {layer["name"]: k for k, layer in enumerate(layers)}
    root: dict[int, Layer] = {}
    last: dict[int, int] = {}
    for k, layer in enumerate(layers):
        storage = _storage(graph, layer["name"])
        if storage is not None:
            root.setdefault(storage, layer)
            last.setdefault(storage, k)
        for name in references(layer):
            used = _storage(graph, name)
            if used is not None:
                last[used] = k
    made = [(graph.made_at[layer["name"]].index, k) for k, layer in enumerate(layers) if layer["name"] in graph.made_at]
    kept = {_storage(graph, name) for name in outputs}
    for storage, layer in root.items():
        if storage in kept or storage not in last or storage in graph.owned.names:
            continue  # what looks at a parameter holds nothing of its own, but the copy that autocast makes of it
        until = seen.released.get(numbers.get(storage, -1), len(seen.steps))
        index = max((h for h, t in zip(here, there) if t <= until), default=0)
        k = max((k for made_by, k in made if made_by <= index), default=place[layer["name"]])
        if k > last[storage] or layer["type"] == "constant":
            layer["held_until"] = layers[max(k, last[storage])]["name"]
    return True


def _stands_for_cast(graph: Graph, operation: Operation) -> bool:
    return operation.name == "alias" and operation.call is not None and operation.call.number in graph.casts


def note_kept(graph: Graph, layers: Sequence[Layer], first: Lifetimes, second: Lifetimes, field: str) -> None:
    """Writes ``field`` on values that a model's first pass makes and keeps, and that the second does not make again."""
    again = Counter((step.module, step.name) for step in second.steps)
    kept: set[tuple[str, str, int]] = set()
    count: Counter[tuple[str, str]] = Counter()
    for step in first.steps:
        made = step.module, step.name
        count[made] += 1
        if step.name not in _VIEWS and count[made] > again[made] and first.held.intersection(step.storages):
            kept.add((*made, count[made]))
    count.clear()
    for layer in layers:
        origin = graph.made_at.get(layer["name"])
        if origin is None or layer["name"] in graph.given:
            continue
        made = origin.module, origin.operator
        count[made] += 1
        if (*made, count[made]) in kept:
            layer[field] = True


def note_evaluation(graph: Graph, layers: Sequence[Layer], evaluated: Lifetimes) -> None:
    """Writes ``training_only`` on the layers of modules that run no operator in evaluation."""
    modules = {step.module for step in evaluated.steps}
    for layer in layers:
        origin = graph.made_at.get(layer["name"])
        if origin is None or layer["name"] in graph.given:
            continue
        if origin.module not in modules and layer["type"] not in ("dropout", "stochastic_depth"):
            layer["training_only"] = True


def note_calls(graph: Graph, layers: Sequence[Layer], autocast: Sequence[Call]) -> None:
    """Writes which layers one call made, where its layers do not say so, and which autocast does not touch.

    That is where it made more than one beside views, or casts what it is given before it looks at it another way.

    Args:
        graph: knows which call made which layer.
        layers: the tidy ones.
        autocast: the same calls in a pass under autocast; none where that could not be had.
    """
    all_layers = {layer["name"]: layer for layer in graph.layers}
    kept = {layer["name"] for layer in layers}
    made: defaultdict[int, list[Layer]] = defaultdict(list)
    for layer in layers:
        while layer.get("dtype_of") in all_layers and layer["dtype_of"] not in kept:
            layer["dtype_of"] = all_layers[layer["dtype_of"]]["inputs"][0]
        call = graph.calls.get(layer["name"])
        if call is not None:
            made[call.number].append(layer)
            if autocast and not autocast[call.number].autocast:
                layer["autocast"] = False
    number = 0
    for of_call in made.values():
        name = graph.calls[of_call[0]["name"]].name
        casts = name in _CASTING and len(of_call) > 1
        if casts or name == "addmm" or sum(layer["type"] not in VIEWS for layer in of_call) > 1:
            number += 1
            for layer in of_call:
                layer["call"] = f"{name}#{number}"


def _storage(graph: Graph, name: str) -> int | None:
    made = graph.made_at.get(name)
    return made.storage if made is not None else None
