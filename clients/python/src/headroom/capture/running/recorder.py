"""What a forward pass on fake tensors does: each operator with its module, its call and its results."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from headroom.capture.running.calls import Call, Calls
from headroom.capture.running.functions import Functions
from headroom.capture.running.modules import DEVICE, Modules


@dataclass(slots=True)
class Operation:
    """One operator as the dispatcher ran it.

    Attributes:
        module: what its layer is named by: the path of the module whose forward ran; empty for the outermost.
        ran_in: the path where that is a checkpointed function within the module, too.
        name: the operator's name without namespace and overload, as ``addmm``.
        call: the framework's function that made it, where calls were watched.
        arguments: by the names of the operator's schema.
        results: tensors on the GPU, in order.
        grad: whether gradients were recorded around it.
        node: the number of autograd's node for it, if it has one of its own.
    """

    module: str
    ran_in: str
    name: str
    call: Call | None
    arguments: dict[str, Any]
    results: list[torch.Tensor]
    grad: bool
    node: int


def storage_of(tensor: torch.Tensor) -> int:
    """What tells a tensor's storage from every other that is alive."""
    return int(tensor.untyped_storage()._cdata)


def on_gpu(value: Any) -> bool:
    """Whether it is a tensor there; a number in a tensor on the CPU goes with all."""
    return isinstance(value, torch.Tensor) and value.device.type == DEVICE


class Recorder(TorchDispatchMode):
    """Keeps every operator of a pass, and so every tensor of it alive."""

    def __init__(self, modules: Modules, functions: Functions, calls: Calls | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.operations: list[Operation] = []
        self._modules = modules
        self._functions = functions
        self._calls = calls
        functions.watcher = self

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        if func.namespace == "prim" or self._functions.inside:
            return out
        results = [t for t in tree_leaves(out) if on_gpu(t)]
        self.operations.append(
            Operation(
                self._modules.named,
                self._modules.here,
                func._schema.name.split("::")[1],
                self._calls.running if self._calls is not None else None,
                arguments(func, args, kwargs),
                results,
                torch.is_grad_enabled(),
                _last_node(),
            )
        )
        return out

    def applied(self, name: str, given: tuple[Any, ...], out: Any) -> None:
        """A function of autograd, with what it was given by position."""
        tensors = {str(k): value for k, value in enumerate(given)}
        results = [t for t in tree_leaves(out) if on_gpu(t)]
        call = self._calls.running if self._calls is not None else None
        grad = torch.is_grad_enabled()
        modules = self._modules
        self.operations.append(Operation(modules.named, modules.here, name, call, tensors, results, grad, _last_node()))


def _last_node() -> int:
    """The number of the node that autograd made last."""
    return int(torch._C._autograd._get_sequence_nr()) - 1


def arguments(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """An operator's arguments by name, defaults filled in."""
    named = {}
    for index, argument in enumerate(func._schema.arguments):
        if index < len(args):
            named[argument.name] = args[index]
        else:
            named[argument.name] = kwargs.get(argument.name, argument.default_value)
    return named


@dataclass(slots=True)
class Step:
    """An operator whose results are not kept alive: numbers stand for their storages."""

    module: str
    name: str
    storages: list[int]


class Lifetimes(TorchDispatchMode):
    """Keeps nothing alive, and so sees what Python's references alone keep.

    Attributes:
        steps: the operators in order.
        released: storage number -> index of the last operator that had run when it went.
    """

    def __init__(self, modules: Modules, functions: Functions) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        functions.watcher = self
        self._functions = functions
        self.steps: list[Step] = []
        self.released: dict[int, int] = {}
        self._modules = modules
        self._alive: dict[int, int] = {}
        self._watched: list[Any] = []
        self._over = False

    def ended(self) -> None:
        """What goes from now on was held until the end of the pass."""
        self._over = True

    @property
    def held(self) -> set[int]:
        """The storages that are still there."""
        return set(self._alive.values())

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        if func.namespace != "prim" and not self._functions.inside:
            self._ran(func._schema.name.split("::")[1], out)
        return out

    def applied(self, name: str, given: tuple[Any, ...], out: Any) -> None:  # noqa: ARG002
        """A function of autograd."""
        self._ran(name, out)

    def _ran(self, name: str, out: Any) -> None:
        self.steps.append(Step(self._modules.here, name, [self._number(t) for t in tree_leaves(out) if on_gpu(t)]))

    def _number(self, tensor: torch.Tensor) -> int:
        storage = tensor.untyped_storage()
        key = int(storage._cdata)
        if key in self._alive:
            return self._alive[key]
        number = self._alive[key] = len(self._watched)

        def gone(_: Any) -> None:
            if self._alive.get(key) == number:
                del self._alive[key]
            if not self._over:
                self.released[number] = len(self.steps) - 1

        self._watched.append(weakref.ref(storage, gone))
        return number


@contextmanager
def nothing_saved() -> Iterator[None]:
    """Autograd builds its graph and keeps no tensor for it."""

    def unpack(_: Any) -> torch.Tensor:
        raise RuntimeError("nothing was saved")

    with torch.autograd.graph.saved_tensors_hooks(lambda _: None, unpack):
        yield
