"""Which functions of the framework a model's code calls.

Autocast acts on such calls, and one call may run several operators: ``linear`` over a permuted input is a copy, a
product and a sum. Calls also show what a float32 pass does not: casts that change nothing there, and parts for which
the model switches autocast off.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from headroom.capture.running.modules import DEVICE, Modules

_CASTS = {"to", "float", "half", "bfloat16", "double", "type", "type_as"}
_QUESTIONS = ("has_torch_function", "has_torch_function_unary", "has_torch_function_variadic")


@dataclass(slots=True, eq=False)
class Call:
    """One function that the model's code called.

    Attributes:
        name: as ``linear``; ``matmul`` also for the operator ``@`` and for ``einsum``.
        number: among the calls of the pass.
        module: path of the module whose forward called it.
        autocast: whether autocast would act on it.
        cast_from: of a cast of a tensor of floats: its format before.
        cast_to: and after.
        like: the tensor whose format was asked for last, or that ``type_as`` was given.
    """

    name: str
    number: int
    module: str
    autocast: bool
    cast_from: torch.dtype | None = None
    cast_to: torch.dtype | None = None
    like: torch.Tensor | None = None


class Calls(TorchFunctionMode):
    """Numbers the calls of a pass.

    A function written in Python hands itself to a mode before it does anything, and what it calls would be hidden
    from the mode: it runs as a copy that does not ask, with the mode around it.

    Attributes:
        all: in order.
        running: the one that runs now.
    """

    def __init__(self, modules: Modules, casts: Mapping[int, Call] | None = None) -> None:
        """Casts: those that another pass saw; in this one an alias stands for each, so that it is an operator."""
        super().__init__()
        self.all: list[Call] = []
        self.running: Call | None = None
        self._modules = modules
        self._casts = casts
        self._asked: torch.Tensor | None = None
        self._names: dict[int, dict[str, Any]] = {}
        self._copies: dict[types.FunctionType, types.FunctionType] = {}
        self._entered: list[types.FunctionType] = []

    def __torch_function__(
        self, func: Any, types_: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = func.__name__.strip("_")
        if name in ("get", "set"):
            if getattr(func, "__self__", None) is torch.Tensor.dtype:
                self._asked = args[0]
            return func(*args, **kwargs)
        if isinstance(func, types.FunctionType) and func.__module__.startswith("torch."):
            if self._entered and self._entered[-1] is func:  # it asks in a way that is not known here
                return func(*args, **kwargs)
            self._entered.append(func)
            try:
                with self:
                    return self._inside(func)(*args, **kwargs)
            finally:
                self._entered.pop()
        if self.running is not None:
            return func(*args, **kwargs)
        call = Call(_ALIASES.get(name, name), len(self.all), self._modules.named, torch.is_autocast_enabled(DEVICE))
        self.all.append(call)
        self.running = call
        try:
            out = func(*args, **kwargs)
            return self._cast(call, name, args, kwargs, out) if name in _CASTS else out
        finally:
            self.running = None

    def _cast(self, call: Call, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any) -> Any:
        if name in ("to", "type", "type_as"):
            named = [v for v in [*args[1:], *kwargs.values()] if isinstance(v, (torch.dtype, torch.Tensor))]
            if not named:
                return out
        if args[0].is_floating_point():
            call.cast_from, call.cast_to = args[0].dtype, out.dtype
            call.like = args[1] if name == "type_as" else self._asked
            if self._casts is not None and call.number in self._casts and out is args[0]:
                return torch.ops.aten.alias.default(out)
        return out

    def _inside(self, func: types.FunctionType) -> types.FunctionType:
        """The function without its question whether there is a mode, and so those that it closes over."""
        if func in self._copies:
            return self._copies[func]
        names = self._names.get(id(func.__globals__))
        if names is None:
            names = self._names[id(func.__globals__)] = {**func.__globals__, **dict.fromkeys(_QUESTIONS, _no)}
        cells = tuple(types.CellType() for _ in func.__closure__ or ())
        copy = types.FunctionType(func.__code__, names, func.__name__, func.__defaults__, cells or None)
        copy.__kwdefaults__ = func.__kwdefaults__
        self._copies[func] = copy
        for cell, old in zip(cells, func.__closure__ or ()):
            value = old.cell_contents
            cell.cell_contents = self._inside(value) if isinstance(value, types.FunctionType) else value
        return copy


_ALIASES = {"rmatmul": "matmul", "imatmul": "matmul", "einsum": "matmul"}


def _no(*_: object) -> bool:
    return False


def casts(calls: Sequence[Call]) -> dict[int, Call]:
    """Those that changed a format, by their numbers."""
    return {c.number: c for c in calls if c.cast_to is not None and c.cast_from != c.cast_to}


def agree(here: Sequence[Call], there: Sequence[Call]) -> bool:
    """Whether two passes made the same calls."""
    return [(c.name, c.module) for c in here] == [(c.name, c.module) for c in there]
