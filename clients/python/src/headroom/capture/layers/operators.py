"""What each operator is in the contract's terms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from headroom.capture.layers.graph import Graph
from headroom.capture.layers.handlers import HANDLERS
from headroom.capture.layers.saved import saved_by
from headroom.capture.layers.steps import VIEWS, Step, tensors_of
from headroom.capture.running.recorder import Operation, storage_of

_MADE = {
    "empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided", "new_zeros", "new_ones", "new_full",
    "zeros_like", "ones_like", "full_like", "zeros", "ones", "full", "arange", "scalar_tensor", "lift_fresh",
}  # fmt: skip


def step(graph: Graph, one: Operation, two: Operation) -> None:
    """Makes one operator a layer, or what it stands for."""
    if one.name in _MADE or one.name == "device" or not one.results:
        return
    tensors, parts = tensors_of(one)
    others, _ = tensors_of(two)
    s = Step(graph, one, two, tensors, others)
    if _weight_seen_another_way(s, parts) or _random_factor(s):
        return
    if graph.constant(tensors + parts):
        return
    if one.name == "alias" and one.call is not None and one.call.number in graph.casts:
        _cast(s)
        return
    handler = HANDLERS.get(one.name)
    if handler is None or not handler(s):
        _opaque(s, tensors + parts)


def _cast(s: Step) -> None:
    """A cast that changes nothing here, and does under autocast."""
    call = s.one.call
    assert call is not None
    source = s.graph.source(s.tensors[0])
    if s.graph.casts[call.number].cast_to == torch.float32:
        how = {"dtype": "float32"}
    else:
        how = {"dtype_of": s.graph.source(call.like) if call.like is not None else source}
    name = s.graph.fresh(s.under("to"))
    layer: dict[str, Any] = {"name": name, "type": "to", "inputs": [source], **how}
    if not s.graph.batches.grows(s.out.shape, s.two.results[0].shape):
        layer["batched"] = False
    s.graph.layers.append(layer)
    s.graph.learn(s.out, name)


def _weight_seen_another_way(s: Step, parts: list[torch.Tensor]) -> bool:
    graph = s.graph
    if s.one.name not in VIEWS or s.one.name == "expand" or parts or not s.tensors:
        return False
    if not all(graph.is_parameter(t) for t in s.tensors):
        return False
    name = graph.known(s.tensors[0])
    if name in graph.expanded:
        return False
    if name is not None:
        for out in s.one.results:
            graph.learn(out, name)
    return True


def _random_factor(s: Step) -> bool:
    """Stochastic depth multiplies with random numbers that it makes and divides: they are no layers."""
    if s.one.name in ("bernoulli_", "bernoulli"):
        s.graph.noise.add(storage_of(s.out))
        return True
    return s.one.name in ("div", "div_") and bool(s.tensors) and storage_of(s.tensors[0]) in s.graph.noise


def _opaque(s: Step, inputs: Sequence[torch.Tensor]) -> None:
    """Anything else, with what autograd has saved for it."""
    graph, two = s.graph, s.two
    single, parts = tensors_of(two)
    saved = saved_by(s.out, inputs, graph.owned)
    other = saved_by(two.results[0], single + parts, graph.owned)
    chosen = [i for i, t in enumerate(inputs) if t.is_floating_point() or i in saved.inputs]
    numbers = [inputs[i] for i in chosen]
    each, rest = graph.batches.bytes(saved.beside, other.beside)
    shape = s.sample(s.out, two.results[0])
    layer = graph.emit(
        "opaque",
        s.under(s.one.name.strip("_")),
        numbers,
        s.out,
        two.results[0],
        operator=s.one.name,
        output_shape=shape,
        saves_inputs=[chosen.index(i) for i in saved.inputs],
        saves_output=saved.output,
        saved_bytes_per_sample=each or None,
        saved_bytes=rest or None,
    )
    for index, (out, second) in enumerate(zip(s.one.results[1:], two.results[1:]), 1):
        graph.emit(
            "opaque",
            f"{layer['name']}.{index}",
            numbers,
            out,
            second,
            operator=f"{s.one.name}.{index}",
            output_shape=s.sample(out, second),
            saves_inputs=[],
            saves_output=False,
        )
