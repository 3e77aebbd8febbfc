"""What each operator is in the contract's terms."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from headroom.capture.layers.graph import Graph, Layer
from headroom.capture.layers.handlers import HANDLERS
from headroom.capture.layers.saved import reserved, saved_by
from headroom.capture.layers.steps import VIEWS, Step, tensors_of
from headroom.capture.running.recorder import Operation, storage_of

_MADE = {
    "empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided", "new_zeros", "new_ones", "new_full",
    "zeros_like", "ones_like", "full_like", "zeros", "ones", "full", "arange", "scalar_tensor", "lift_fresh",
}  # fmt: skip


def step(graph: Graph, one: Operation, two: Operation) -> None:
    """Makes one operator a layer, or what it stands for."""
    if one.name == "device" or not one.results:
        return
    if one.name in _MADE:
        if graph.makes:
            graph.constants.make(one.results[0])
        return
    tensors, parts = tensors_of(one)
    others, _ = tensors_of(two)
    s = Step(graph, one, two, tensors, others)
    cast = one.name == "alias" and one.call is not None and one.call.number in graph.casts
    if cast and (tensors[0] in graph.constants or not graph.constant(tensors)):
        _cast(s)
        return
    if _weight_seen_another_way(s, parts) or _random_factor(s):
        return
    if one.name == "copy_" and _copied_into(s):
        return
    if graph.constant(tensors + parts):
        if graph.makes:
            graph.constants.make(s.out)
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
    layer: Layer = {"name": name, "type": "to", "inputs": [source], **how}
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


def _copied_into(s: Step) -> bool:
    """What the model fills part by part is a new value after each: autograd keeps nothing for it."""
    graph, part, source = s.graph, s["self"], s["src"]
    found = graph.whole(part)
    if found is None or storage_of(part) in graph.owned.names:
        return False
    whole, other = found
    if graph.constant([source]):
        return True
    graph.constants.forget(whole)
    before = [whole] if part.numel() < whole.numel() and graph.known(whole) else []
    layer = graph.emit(
        "opaque",
        s.under("copy"),
        [source, *before],
        whole,
        other,
        operator=s.one.name,
        output_shape=s.sample(whole, other),
        saves_inputs=[],
        saves_output=False,
    )
    if part.numel() == whole.numel():
        graph.learn(part, layer["name"])
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
    pairs = list(zip(inputs, single + parts))
    values = [p for p in pairs if p[0].is_floating_point()]  # first, for they say the result's format
    for one, second in pairs:
        if not one.is_floating_point() and (one in graph.constants or not graph.constant([one])):
            values.append((one, second))
    inputs = [one for one, _ in values]
    saved = saved_by(s.out, inputs, graph.owned)
    other = saved_by(two.results[0], [second for _, second in values], graph.owned)
    chosen = [i for i, t in enumerate(inputs) if t.is_floating_point() or t in graph.constants or i in saved.inputs]
    numbers = [inputs[i] for i in chosen]
    each, rest = graph.batches.bytes(saved.beside + reserved(s.one), other.beside + reserved(two))
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
