"""The layers of a config, made of the operators of two passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from headroom.capture.errors import HopelessError
from headroom.capture.layers.constants import Constants
from headroom.capture.layers.shapes import Batches
from headroom.capture.running.calls import Call
from headroom.capture.running.recorder import Operation, storage_of

Layer = dict[str, Any]

RANDOM = ("bernoulli_", "bernoulli")
"""Operators whose numbers are a layer's own: stochastic depth."""

_ATTENTION = "scaled_dot_product_attention"

_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def dtype_name(dtype: torch.dtype) -> str:
    """As the contract writes it: ``float32``."""
    return str(dtype).removeprefix("torch.")


@dataclass(slots=True)
class Owned:
    """The tensors of a model by their storages."""

    names: dict[int, str] = field(default_factory=dict)
    parameters: set[int] = field(default_factory=set)
    frozen: set[int] = field(default_factory=set)
    buffers: dict[int, tuple[str, torch.Tensor]] = field(default_factory=dict)
    placed: dict[int, int] = field(default_factory=dict)
    stepped: dict[int, int] = field(default_factory=dict)

    @staticmethod
    def of(model: nn.Module) -> Owned:
        owned = Owned()
        for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
            name = ".".join(p for p in name.split(".") if p != "_orig_mod")
            owned.names[storage_of(tensor)] = name
        for parameter in model.parameters():
            storage = storage_of(parameter)
            owned.parameters.add(storage)
            owned.stepped.setdefault(storage, len(owned.stepped))
            if not parameter.requires_grad:
                owned.frozen.add(storage)
        for name, buffer in model.named_buffers():
            if not name.endswith(_STATISTICS):
                owned.buffers[storage_of(buffer)] = owned.names[storage_of(buffer)], buffer
        owned._place(model)
        return owned

    def _place(self, module: nn.Module) -> None:
        """Module.to() moves children first, then parameters, then buffers."""
        for child in module.children():
            self._place(child)
        for tensor in [*module._parameters.values(), *module._buffers.values()]:
            if tensor is not None:
                self.placed.setdefault(storage_of(tensor), len(self.placed))


@dataclass(frozen=True, slots=True)
class Made:
    """How a layer came to be: the index of its operator, its result's storage, module and name of the operator."""

    index: int
    storage: int | None
    module: str
    operator: str


class Graph:
    """Values get names, operators become layers; everything seen stays alive, so identities are lasting.

    Attributes:
        layers: in execution order.
        made_at: name of a layer -> the operator that made it.
        makes: whether the operator that runs makes a storage.
        calls: name of a layer -> the framework's function that made it.
        numbers: the layers whose result is one number.
        constants: what operators made of nothing.
        recomputed: the paths of what is checkpointed.
        given: constants from outside, and views of constants and buffers: no operator of the pass made them here.
    """

    def __init__(
        self,
        owned: Owned,
        batches: Batches,
        precision: torch.dtype,
        casts: Mapping[int, Call],
        recomputed: Set[str] = frozenset(),
    ) -> None:
        self.layers: list[Layer] = []
        self.made_at: dict[str, Made] = {}
        self.calls: dict[str, Call] = {}
        self.owned = owned
        self.batches = batches
        self.module = ""
        self.makes = False
        self.noise: set[int] = set()
        self.numbers: set[str] = set()
        self.recomputed = recomputed
        self.constants = Constants(self)
        self.given: set[str] = set()
        self.expanded: set[str] = set()
        self.precision = precision
        self.casts = casts
        self._used: Counter[str] = Counter()
        self._by_id: dict[int, str] = {}
        self._by_view: dict[tuple[Any, ...], str] = {}
        self._first_owner: dict[int, str] = {}
        self._biases: dict[int, int] = {}
        self._twin: dict[int, torch.Tensor] = {}
        self._inputs: set[int] = set()
        self._detached: dict[int, torch.Tensor] = {}
        self._wholes: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
        self._alive: list[object] = []
        self._index = 0

    # Names of values.

    def learn(self, tensor: torch.Tensor, name: str) -> None:
        self._by_id[id(tensor)] = name
        self._by_view[_view(tensor)] = name
        self._alive.append(tensor)

    def unlearn(self, layer: Layer) -> None:
        """A layer and its name go; nothing has read it."""
        self.layers.remove(layer)
        self.made_at.pop(layer["name"], None)
        self._by_id = {key: name for key, name in self._by_id.items() if name != layer["name"]}
        self._by_view = {key: name for key, name in self._by_view.items() if name != layer["name"]}

    def shape(self, layer: Layer, tensor: torch.Tensor) -> None:
        """Writes the shape of a value, and whether it grows with the batch."""
        twin = self._twin.get(id(tensor), tensor)
        layer["shape"] = self.batches.sample(tensor.shape, twin.shape)
        if self.batches.grows(tensor.shape, twin.shape):
            layer["batched"] = True

    def view_of(self, name: str, tensor: torch.Tensor) -> None:
        """A layer is a view that stands for no operator of its own."""
        self.given.add(name)
        self.made_at[name] = Made(self._index, storage_of(tensor), "", "view")

    def known(self, tensor: torch.Tensor) -> str | None:
        return self._by_id.get(id(tensor)) or self._by_view.get(_view(tensor))

    def fresh(self, base: str) -> str:
        base = base.strip(".") or "model"
        while True:
            self._used[base] += 1
            within = "." if base in self.recomputed else "_"
            name = base if self._used[base] == 1 else f"{base}{within}{self._used[base] - 1}"
            if name == base:
                return name
            if self._used[name] == 0:
                self._used[name] += 1
                return name

    def input(self, name: str, tensor: torch.Tensor) -> None:
        """A tensor that the model is given."""
        self._used[name] += 1
        self._inputs.add(storage_of(tensor))
        self.learn(tensor, name)

    def pair(self, one: torch.Tensor, two: torch.Tensor) -> None:
        """The same value at both batch sizes."""
        self._twin[id(one)] = two
        self._alive.append(one)

    def is_parameter(self, tensor: torch.Tensor) -> bool:
        return storage_of(tensor) in self.owned.parameters

    def whole(self, tensor: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor] | None:
        """The result of the pass that a tensor is, or is a view of, at both batch sizes."""
        return self._wholes.get(storage_of(tensor))

    def constant(self, tensors: Iterable[torch.Tensor]) -> bool:
        """Whether nothing of these comes from an input or a parameter.

        Raises:
            CaptureError: one comes of operators that nobody saw.
        """
        tensors = list(tensors)
        if any(t.grad_fn is not None and self._is_foreign(t) for t in tensors):
            raise HopelessError("the model runs operators on other threads, where they are not seen")
        return not any(
            t not in self.constants and (self.known(t) or self.is_parameter(t) or storage_of(t) in self._inputs)
            for t in tensors
        )

    def _is_foreign(self, tensor: torch.Tensor) -> bool:
        storage = storage_of(tensor)
        return not (storage in self._wholes or storage in self._inputs or storage in self.owned.names)

    def detach(self, one: torch.Tensor, of: torch.Tensor) -> None:
        """A value through which no gradient flows: a layer where something uses it, for autograd detaches as well."""
        self._detached[id(one)] = of
        self._alive.append(one)

    def _without_gradient(self, tensor: torch.Tensor, of: torch.Tensor) -> str:
        source, twin = self.source(of), self._twin.get(id(tensor), tensor)
        name = self.fresh(f"{self.module}.detach")
        layer: Layer = {"name": name, "type": "reshape", "inputs": [source], "requires_grad": False}
        layer["shape"] = self.batches.sample(tensor.shape, twin.shape)
        if not self.batches.grows(tensor.shape, twin.shape):
            layer["batched"] = False
        self.format(layer, tensor)
        self.layers.append(layer)
        self._by_id[id(tensor)] = name
        return name

    def source(self, tensor: torch.Tensor) -> str:
        """The layer whose result this is; parameters, buffers and constants become layers on first use."""
        of = self._detached.pop(id(tensor), None)
        if of is not None:
            return self._without_gradient(tensor, of)
        name = self.known(tensor)
        if name is not None:
            return name
        storage = storage_of(tensor)
        if storage in self.owned.buffers:
            return self._buffer(tensor)
        if tensor in self.constants:
            return self.constants.part(tensor)
        kind = "parameter" if self.is_parameter(tensor) else "buffer" if storage in self.owned.names else "constant"
        name = self.fresh(self.owned.names.get(storage, f"{self.module}.{kind}"))
        layer: Layer = {"name": name, "type": kind, "inputs": []}
        twin = self._twin.get(id(tensor), tensor)
        held, held_too = (_held(tensor), _held(twin)) if kind == "constant" else (list(tensor.shape),) * 2
        layer["shape"] = self.batches.sample(held, held_too)
        if self.batches.grows(held, held_too):
            layer["batched"] = True
        self.given.add(name)
        if storage in self.owned.frozen:
            layer["trainable"] = False
        self.format(layer, tensor)
        self._order(layer, tensor)
        self.layers.append(layer)
        if held != list(tensor.shape):
            name = self._expanded(name, tensor, twin)
        self.learn(tensor, name)
        return name

    def _expanded(self, of: str, tensor: torch.Tensor, twin: torch.Tensor) -> str:
        """A view that repeats what there is once."""
        name = self.fresh(f"{of}.expand")
        self.given.add(name)
        shape = self.batches.sample(tensor.shape, twin.shape)
        layer: Layer = {"name": name, "type": "expand", "inputs": [of], "shape": shape}
        if not self.batches.grows(tensor.shape, twin.shape):
            layer["batched"] = False
        self.format(layer, tensor)
        self.layers.append(layer)
        return name

    def _buffer(self, tensor: torch.Tensor) -> str:
        """A registered buffer, or a view of one."""
        name, whole = self.owned.buffers[storage_of(tensor)]
        if self.known(whole) is None:
            self._used[name] += 1
            self.layers.append(self._buffer_layer(name, whole))
            self.given.add(name)
            self.learn(whole, name)
        if tensor.shape == whole.shape:
            return name
        view = self.fresh(f"{name}.view")
        self.given.add(view)
        n, m = tensor.numel(), whole.numel()
        kind = "slice" if n < m else "expand" if n > m else "reshape"
        self.layers.append(
            {"name": view, "type": kind, "inputs": [name], "shape": list(tensor.shape), "batched": False}
        )
        self.learn(tensor, view)
        return view

    def _buffer_layer(self, name: str, buffer: torch.Tensor) -> Layer:
        layer: Layer = {"name": name, "type": "buffer", "inputs": [], "shape": list(buffer.shape)}
        self.format(layer, buffer)
        self._order(layer, buffer)
        return layer

    def remaining_buffers(self, after: Mapping[str, torch.Tensor]) -> None:
        """Those that no layer uses as numbers (indices, masks) are held all the same.

        Args:
            after: buffers by name once the pass has run, which may have replaced them.
        """
        rest = []
        for name, buffer in self.owned.buffers.values():
            if self.known(buffer) is None:
                layer = self._buffer_layer(name, buffer)
                made = self.constants.layer(after[name]) if name in after else None
                if made is not None:
                    layer["held_until"] = made["name"]
                rest.append(layer)
        self.layers[:0] = rest

    def format(self, layer: Layer, tensor: torch.Tensor) -> None:
        """Writes the format of a value that is not of the model's."""
        if tensor.dtype != self.precision:
            layer["dtype"] = dtype_name(tensor.dtype)

    def _order(self, layer: Layer, tensor: torch.Tensor) -> None:
        storage = storage_of(tensor)
        if storage in self.owned.placed:
            layer["placed"] = self.owned.placed[storage]
        if storage in self.owned.stepped:
            layer["stepped"] = self.owned.stepped[storage]

    def same_bias(self, weight: torch.Tensor, bias: torch.Tensor) -> bool:
        """Whether the bias is the one that came first with this weight; an embedding that has it first has none."""
        if storage_of(weight) in self._first_owner and storage_of(weight) not in self._biases:
            return False
        return self._biases.setdefault(storage_of(weight), storage_of(bias)) == storage_of(bias)

    def asked_copies(self) -> set[str]:
        """The layers that the model made by asking for a copy."""
        return {name for name, call in self.calls.items() if call.name in ("contiguous", "clone")}

    # Layers.

    def emit(
        self,
        kind: str,
        base: str,
        inputs: Sequence[torch.Tensor],
        one: torch.Tensor,
        two: torch.Tensor,
        own: torch.Tensor | None = None,
        **attributes: Any,
    ) -> Layer:
        """Adds a layer.

        Args:
            kind: its type.
            base: its name, made unique.
            inputs: the values it takes.
            one: its result at the first batch size.
            two: its result at the second.
            own: the tensor that stands for its parameters.
            attributes: the type's; those that are None are left out.
        """
        name = self.fresh(base)
        layer: Layer = {"name": name, "type": kind, "inputs": [self.source(t) for t in inputs]}
        layer.update((key, value) for key, value in attributes.items() if value is not None)
        if own is not None and self.is_parameter(own):
            storage = storage_of(own)
            if storage in self.owned.frozen:
                layer["trainable"] = False
            first = self._first_owner.setdefault(storage, name)
            if first != name:
                layer["shares"] = first
            else:
                self._order(layer, own)
        if "batched" not in layer and not self.batches.grows(one.shape, two.shape):
            layer["batched"] = False
        if one.dim() == 0:
            self.numbers.add(name)
        self.format(layer, one)
        self.layers.append(layer)
        self.learn(one, name)
        return layer

    def build(
        self,
        first: Sequence[Operation],
        second: Sequence[Operation],
        step: Callable[[Graph, Operation, Operation], None],
    ) -> None:
        """Makes the layers of two recordings of the same pass."""
        noise = {storage_of(t) for one in first if one.name in RANDOM for t in one.results}
        for index, (one, two) in enumerate(zip(first, second)):
            self.module, self._index = one.module, index
            before = len(self.layers)
            storage = storage_of(one.results[0]) if one.results else None
            self.makes = storage is not None and self._is_new(one.results[0]) and storage not in noise
            for a, b in zip(one.results, two.results):
                self.pair(a, b)
                self._wholes.setdefault(storage_of(a), (a, b))
            step(self, one, two)
            for layer in self.layers[before:]:
                if one.call is not None and self._is_of(one.call, layer):
                    self.calls[layer["name"]] = one.call
                if layer["name"] in self.given:
                    continue
                if flows_not(one) and "requires_grad" not in layer and layer["type"] != "constant":
                    layer["requires_grad"] = False
                self.made_at[layer["name"]] = Made(index, storage, one.ran_in, one.name)

    def _is_of(self, call: Call, layer: Layer) -> bool:
        """Whether a layer belongs to the call that ran as it was made: of constants, the mask that attention makes."""
        if layer["type"] == "constant":
            return call.name == _ATTENTION and layer["name"] not in self.given
        return layer["type"] not in ("parameter", "buffer")

    def _is_new(self, tensor: torch.Tensor) -> bool:
        """Whether its storage was not there before the operator that runs."""
        storage = storage_of(tensor)
        there = storage in self._wholes or storage in self._inputs or storage in self.owned.names
        return not there and tensor.untyped_storage().nbytes() > 0


def flows_not(operation: Operation) -> bool:
    """Whether an operator makes numbers without a gradient of numbers with one: it ran within ``no_grad``."""
    if operation.grad or any(t.requires_grad for t in operation.results):
        return False
    given = tree_leaves(list(operation.arguments.values()))
    return any(isinstance(t, torch.Tensor) and t.requires_grad for t in given)


def _held(tensor: torch.Tensor) -> list[int]:
    """The shape of what a tensor holds: a dimension that only repeats has one element."""
    return [1 if stride == 0 else size for size, stride in zip(tensor.shape, tensor.stride())]


def _view(tensor: torch.Tensor) -> tuple[Any, ...]:
    return storage_of(tensor), tuple(tensor.shape), tuple(tensor.stride()), tensor.storage_offset()
