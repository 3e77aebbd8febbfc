"""The capture itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import torch
from torch import nn

from headroom.capture.errors import CaptureError, HopelessError
from headroom.capture.layers import operators
from headroom.capture.layers.gradients import gradient_copies, note_gradient_copies
from headroom.capture.layers.graph import Graph, Owned, dtype_name
from headroom.capture.layers.lifetimes import note_calls, note_evaluation, note_kept, note_lifetimes
from headroom.capture.layers.losses import loss_inside, without
from headroom.capture.layers.shapes import Batches
from headroom.capture.layers.tidy import references, tidy
from headroom.capture.running.arguments import Arguments
from headroom.capture.running.attention import Capability, attention_of
from headroom.capture.running.borrowed import borrowed, quiet
from headroom.capture.running.calls import agree, casts
from headroom.capture.running.checkpoints import Checkpoints, in_one_piece, without_checkpoints
from headroom.capture.running.compiled import eager
from headroom.capture.running.fakes import Fakes, no_gpu_memory, start_autograd
from headroom.capture.running.guards import (
    convolutions,
    ensure_guards,
    has_saved_tensors_hooks,
    no_backward,
    without_modes,
)
from headroom.capture.running.modules import Modules
from headroom.capture.running.passes import Passes, Recording
from headroom.capture.running.recurrent import recurrent_layers
from headroom.capture.sharding import whole

_here = threading.local()


def is_capturing() -> bool:
    """Whether this thread repeats a model's call on fake tensors: hooks of a reporter do nothing then."""
    return bool(getattr(_here, "capturing", False))


@contextmanager
def _capturing() -> Iterator[None]:
    if is_capturing():
        raise HopelessError("a capture runs already")
    if has_saved_tensors_hooks():
        raise HopelessError("what autograd saves goes through hooks of the job, such as those of save_on_cpu")
    if getattr(torch._C._functorch, "peek_interpreter_stack", lambda: None)() is not None:
        raise HopelessError("the model is called within a transform of torch.func")
    _here.capturing = True
    try:
        with without_modes(), torch.inference_mode(False):
            start_autograd()
            ensure_guards()
            yield
    finally:
        _here.capturing = False


def layers_of(
    model: nn.Module,
    arguments: Arguments,
    batches: tuple[int, int],
    capability: Capability | None = None,
    autocast: bool = False,
) -> dict[str, Any]:
    """Inputs, layers, outputs, lifetimes, checkpoints, loss and own autocast of a model.

    Args:
        model: as it is called.
        arguments: of the call.
        batches: two sizes to run at.
        capability: of the GPU.
        autocast: whether the job enters autocast around the model.

    Raises:
        Exception: whatever the model raises on tensors without values.
    """
    fakes = Fakes()
    first, second = batches
    with ExitStack() as stack:
        for around in (
            _capturing(),
            quiet(),
            no_gpu_memory(),
            convolutions(),
            no_backward(),
            attention_of(capability),
            recurrent_layers(),
            eager(model),
            borrowed(model, fakes),
            whole(model),
        ):
            stack.enter_context(around)
        checkpoints = Checkpoints(Modules(model))
        passes = Passes(model, arguments, fakes, checkpoints)
        stack.enter_context(passes.watched())
        stack.enter_context(without_checkpoints(checkpoints))
        owned = Owned.of(model)
        calls, entered = passes.under_autocast(first, autocast)
        if checkpoints.learn(calls):
            calls, entered = passes.under_autocast(first, autocast)
        seen = casts(calls)
        one, two = passes.record(first, seen), passes.record(second, seen)
        recomputed = checkpoints.paths
        graph = Graph(owned, Batches(first, second), precision_of(model), seen, frozenset(recomputed))
        outputs, scores = _build(graph, arguments, one, two)
        loss = loss_inside(graph.layers, outputs, graph.numbers)
        if loss is not None:
            graph.layers, outputs = without(graph.layers, loss, outputs)
        merged: dict[str, str] = {}
        with fakes.mode:
            copies = gradient_copies(graph, one.operations, _roots(one)) or {}
        apart = {name for name, n in copies.items() if n}  # a copy is made when its own view's turn comes
        read = [*outputs, *(loss.inputs if loss is not None else ())]
        layers = tidy(graph.layers, read, graph.asked_copies(), merged, apart)
        trained = passes.trainings(first)
        observed = note_lifetimes(graph, layers, outputs, one.operations, trained[0])
        note_kept(graph, layers, *trained, "held_in_training")
        note_gradient_copies(layers, copies, merged)
        note_calls(graph, layers, calls if agree(one.calls, calls) else ())
        with suppress(Exception):  # a model need not be able to evaluate
            evaluated = passes.evaluations(first)
            note_kept(graph, layers, *evaluated, "held_in_evaluation")
            note_evaluation(graph, layers, evaluated[0])
    layers = in_one_piece(layers, recomputed)
    used = {name for layer in layers for name in references(layer)} | set(outputs)
    return {
        "inputs": [
            {"name": a.name, "shape": arguments.sample(a), "dtype": dtype_name(a.tensor.dtype)}
            for a in arguments.tensors
            if a.batched and (loss is None or loss.type == "none" or a.name in used)
        ],
        "lifetimes": "observed" if observed else "assumed",
        "layers": layers,
        "outputs": outputs,
        "checkpointing": recomputed,
        "autocast": dtype_name(entered) if entered is not None else None,
        "loss": {"type": loss.type, "inputs": loss.inputs}
        if loss is not None
        else {"type": "cross_entropy", "inputs": scores},
        "scores": scores,
    }


def _build(graph: Graph, arguments: Arguments, one: Recording, two: Recording) -> tuple[list[str], list[str]]:
    """Makes the layers. The names of the outputs and of those that a loss is computed of."""
    if [o.name for o in one.operations] != [o.name for o in two.operations]:
        raise CaptureError("the model runs other operators at another batch size")
    for argument, tensor, other in zip(arguments.tensors, one.inputs, two.inputs):
        if argument.batched:
            graph.input(argument.name, tensor)
        graph.pair(tensor, other)
    graph.build(one.operations, two.operations, operators.step)
    graph.remaining_buffers(one.buffers)
    graph.module = ""
    return [graph.source(t) for t in one.outputs], [graph.source(t) for t in one.scores]


def _roots(recording: Recording) -> list[torch.Tensor]:
    """Where the backward pass begins: at a loss, else at what a loss is computed of."""
    losses = [t for t in recording.outputs if t.dim() == 0 and t.requires_grad]
    return losses[:1] or recording.scores


def precision_of(model: nn.Module) -> torch.dtype:
    """The format of most of a model's numbers."""
    sizes: dict[torch.dtype, int] = {}
    for parameter in model.parameters():
        if parameter.is_floating_point():
            sizes[parameter.dtype] = sizes.get(parameter.dtype, 0) + parameter.numel()
    return max(sizes, key=lambda dtype: sizes[dtype], default=torch.float32)
