"""What a forward pass on fake tensors does: each operator with its module, its call and its results."""

from __future__ import annotations

import types
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

DEVICE = "cuda"


@dataclass(slots=True)
class Operation:
    """One operator as the dispatcher ran it.

    Attributes:
        module: path of the module whose forward ran; empty for the outermost.
        name: the operator's name without namespace and overload, as ``addmm``.
        call: number of the framework function that made it.
        arguments: by the names of the operator's schema.
        results: tensors on the GPU, in order.
        grad: whether gradients were recorded around it.
    """

    module: str
    name: str
    call: int
    arguments: dict[str, Any]
    results: list[torch.Tensor]
    grad: bool


@dataclass(slots=True)
class Call:
    """One function of the framework that the model's code called.

    Attributes:
        name: as ``linear``.
        autocast: whether autocast would act on it, where it is on around the model.
        arguments: what it was given, tensors and other values alike.
        result: what it gave back.
        before: how many operators had run.
    """

    name: str
    autocast: bool
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    result: Any
    module: str
    before: int


class Modules:
    """The path of the module whose forward is running."""

    def __init__(self, model: nn.Module) -> None:
        self.stack: list[str] = [""]
        self.entered: list[str] = []
        for path, module in model.named_modules():
            path = ".".join(p for p in path.split(".") if p != "_orig_mod")
            module.register_forward_pre_hook(self._enter(path), prepend=True)
            module.register_forward_hook(self._leave, always_call=True)

    def _enter(self, path: str) -> Callable[..., None]:
        def enter(module: nn.Module, arguments: Any) -> None:
            self.stack.append(path)
            self.entered.append(path)

        return enter

    def _leave(self, module: nn.Module, arguments: Any, result: Any) -> None:
        self.stack.pop()

    @property
    def here(self) -> str:
        return self.stack[-1]


def storage_of(tensor: torch.Tensor) -> int:
    """What tells a tensor's storage from every other that is alive."""
    return int(tensor.untyped_storage()._cdata)


def _on_gpu(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.device.type == DEVICE


class Recorder(TorchDispatchMode):
    """Keeps every operator of a pass, and so every tensor of it alive."""

    def __init__(self, modules: Modules, calls: Calls | None = None) -> None:
        super().__init__()
        self.operations: list[Operation] = []
        self._modules = modules
        self._calls = calls

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        if func.namespace == "prim":
            return out
        results = [t for t in tree_leaves(out) if _on_gpu(t)]
        self.operations.append(
            Operation(
                self._modules.here,
                func._schema.name.split("::")[1],
                self._calls.current if self._calls is not None else 0,
                arguments(func, args, kwargs),
                results,
                torch.is_grad_enabled(),
            )
        )
        if self._calls is not None:
            self._calls.operators = len(self.operations)
        return out


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

    def __init__(self, modules: Modules) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.released: dict[int, int] = {}
        self._modules = modules
        self._alive: dict[int, int] = {}
        self._watched: list[Any] = []
        self._over = False

    def ended(self) -> None:
        """What goes from now on was held until the end of the pass."""
        self._over = True

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        if func.namespace == "prim":
            return out
        numbers = [self._number(t) for t in tree_leaves(out) if _on_gpu(t)]
        self.steps.append(Step(self._modules.here, func._schema.name.split("::")[1], numbers))
        return out

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


_PYTHON_CHECKS = {
    "has_torch_function": lambda *_: False,
    "has_torch_function_unary": lambda *_: False,
    "has_torch_function_variadic": lambda *_: False,
}


class Calls(TorchFunctionMode):
    """The functions of the framework that the model's code calls, innermost first.

    A function written in Python hands itself to a mode before it does anything, and what it calls would be hidden
    from the mode: it runs as a copy that does not, with the mode around it.
    """

    def __init__(self, modules: Modules) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.current = -1
        self.operators = 0
        self._modules = modules
        self._globals: dict[int, dict[str, Any]] = {}

    def __torch_function__(
        self, func: Any, types_: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if isinstance(func, types.FunctionType):
            if func.__module__ in ("torch.nn.functional", "torch.functional"):
                with self:
                    return self._inside(func)(*args, **kwargs)
            return func(*args, **kwargs)
        before, outer = self.operators, self.current
        self.current = len(self.calls)
        call = Call(_name(func), torch.is_autocast_enabled(DEVICE), args, kwargs, None, self._modules.here, before)
        self.calls.append(call)
        try:
            call.result = func(*args, **kwargs)
        finally:
            self.current = outer
        return call.result

    def _inside(self, func: types.FunctionType) -> types.FunctionType:
        """The function without its question whether there is a mode, also where it only chooses between two."""
        names = self._globals.get(id(func.__globals__))
        if names is None:
            names = self._globals[id(func.__globals__)] = {**func.__globals__, **_PYTHON_CHECKS}
        closure = func.__closure__ and tuple(
            types.CellType(self._inside(c.cell_contents)) if isinstance(c.cell_contents, types.FunctionType) else c
            for c in func.__closure__
        )
        copy = types.FunctionType(func.__code__, names, func.__name__, func.__defaults__, closure)
        copy.__kwdefaults__ = func.__kwdefaults__
        return copy


def _name(func: Any) -> str:
    """A function's own name: ``matmul`` for the operator ``@``; ``dtype`` for a property that is read."""
    name = getattr(func, "__name__", "")
    if name == "__get__":
        name = getattr(getattr(func, "__self__", None), "__name__", name)
    name = name.strip("_")
    return {"rmatmul": "matmul", "einsum": "matmul", "imatmul": "matmul"}.get(name, name)


@contextmanager
def nothing_saved() -> Iterator[None]:
    """Autograd builds its graph and keeps no tensor for it."""

    def unpack(_: Any) -> torch.Tensor:
        raise RuntimeError("nothing was saved")

    with torch.autograd.graph.saved_tensors_hooks(lambda t: None, unpack):
        yield
