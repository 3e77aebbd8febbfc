"""How long results live, and which layers only training runs."""

from __future__ import annotations

from collections.abc import Sequence

from .graph import Graph, Layer
from .recorder import Lifetimes, Operation, storage_of
from .tidy import references


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
    here = [k for k, o in enumerate(operations) if o.name != "detach"]  # saving detaches: only one of them saves
    there = [k for k, step in enumerate(seen.steps) if step.name != "detach"]
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
        for name in references(layer):
            used = _storage(graph, name)
            if used is not None:
                last[used] = k
    made = sorted((graph.made_at[layer["name"]][0], k) for k, layer in enumerate(layers) if layer["name"] in graph.made_at)
    kept = {_storage(graph, name) for name in outputs}
    for storage, layer in root.items():
        if storage in kept or storage not in last:
            continue
        until = seen.released.get(numbers.get(storage, -1), len(seen.steps))
        index = max((h for h, t in zip(here, there) if t <= until), default=0)
        k = max((k for made_by, k in made if made_by <= index), default=place[layer["name"]])
        if k > last[storage]:
            layer["held_until"] = layers[k]["name"]
    return True


def note_training_only(graph: Graph, layers: Sequence[Layer], evaluated: set[str]) -> None:
    """Writes ``training_only`` on the layers of modules that run no operator in evaluation."""
    for layer in layers:
        _, _, module = graph.made_at.get(layer["name"], (0, None, None))
        if module is not None and module not in evaluated and layer["type"] not in ("dropout", "stochastic_depth"):
            layer["training_only"] = True


def _storage(graph: Graph, name: str) -> int | None:
    return graph.made_at.get(name, (0, None, ""))[1]
