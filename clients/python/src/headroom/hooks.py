"""Hooks on a model and its optimizers: they change neither what is computed nor what is copied."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import torch

from headroom.capture import is_capturing

_Remove = Callable[[], None]


class Listener(Protocol):
    """Is told what a job does, on the thread that does it."""

    active: bool

    def trouble(self, what: str, why: BaseException | str) -> None:
        """Something of ours went wrong."""

    def forward_begins(self, model: torch.nn.Module, args: Any, kwargs: Any) -> None:
        """A call of the model."""

    def forward_ends(self, model: torch.nn.Module) -> None:
        """It returned, or raised."""

    def backward_begins(self) -> None:
        """Gradients reach the model's output."""

    def step_begins(self, optimizer: torch.optim.Optimizer) -> None:
        """The optimizer's step."""

    def step_ends(self, optimizer: torch.optim.Optimizer) -> None:
        """It returned."""


class Hook:
    """A hook that a copy or a pickle of its module does not take along."""

    def __init__(self, listener: Listener, call: Callable[..., None]) -> None:
        self._listener = listener
        self._call = call

    def __call__(self, *arguments: Any) -> None:
        """Tells the listener; nothing while the call is traced or captured."""
        if torch.compiler.is_compiling():
            return
        try:
            if self._listener.active and not is_capturing():
                self._call(*arguments)
        except Exception as wrong:
            self._listener.trouble("watching the training", wrong)

    def __deepcopy__(self, memo: Any) -> Callable[..., None]:
        return _nothing()

    def __reduce__(self) -> tuple[Any, ...]:
        # Does nothing with any arguments, and is there also where this package is not.
        return getattr, (contextlib.nullcontext(), "__exit__")


def _nothing() -> Callable[..., None]:
    return contextlib.nullcontext().__exit__


def takes_hooks(model: torch.nn.Module) -> bool:
    """Whether anybody can be told of a model's calls: not of those that `torch.jit.script` made."""
    return not isinstance(model, torch.jit._script.RecursiveScriptModule)


def watch_model(model: torch.nn.Module, listener: Listener) -> _Remove:
    """Tells the listener of the model's calls, if it takes hooks.

    Returns:
        takes the hooks away.
    """
    if not takes_hooks(model):
        return lambda: None
    compiled = _is_compiled(model)

    def begins(module: torch.nn.Module, args: Any, kwargs: Any) -> None:
        listener.forward_begins(module, args, kwargs)

    def reached(*_gradients: Any) -> None:
        listener.backward_begins()

    # The model holds these: that they do not hold the model lets it go as soon as without them.
    def ends(module: torch.nn.Module, _args: Any, output: Any) -> None:
        if not compiled and torch.is_grad_enabled():
            _before_backward(output, Hook(listener, reached))
        listener.forward_ends(module)
        if compiled and torch.is_grad_enabled():
            listener.backward_begins()

    if getattr(model, "_compiled_call_impl", None) is not None:
        return _around_compiled_call(model, Hook(listener, begins), Hook(listener, ends))
    handles = [
        model.register_forward_pre_hook(Hook(listener, begins), with_kwargs=True),
        model.register_forward_hook(Hook(listener, ends), always_call=True),
    ]

    def remove() -> None:
        for handle in handles:
            handle.remove()

    return remove


def watch_optimizer(optimizer: torch.optim.Optimizer, listener: Listener) -> _Remove:
    """Tells the listener of the optimizer's steps.

    Returns:
        takes the hooks away.
    """

    def begins(*_: Any) -> None:
        listener.step_begins(optimizer)

    def ends(*_: Any) -> None:
        listener.step_ends(optimizer)

    handles = [
        optimizer.register_step_pre_hook(Hook(listener, begins)),
        optimizer.register_step_post_hook(Hook(listener, ends)),
    ]

    def remove() -> None:
        for handle in handles:
            handle.remove()

    return remove


def plain_optimizer(optimizer: Any) -> torch.optim.Optimizer:
    """The optimizer of PyTorch inside wrappers such as Accelerate's."""
    for _ in range(4):
        if "_optimizer_step_pre_hooks" in vars(optimizer) or not hasattr(optimizer, "optimizer"):
            break
        optimizer = optimizer.optimizer
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TypeError(f"no torch.optim.Optimizer: {type(optimizer).__name__}")
    return optimizer


def _is_compiled(model: torch.nn.Module) -> bool:
    return hasattr(model, "_orig_mod") or getattr(model, "_compiled_call_impl", None) is not None


def _around_compiled_call(model: torch.nn.Module, begins: Hook, ends: Hook) -> _Remove:
    """`model.compile()` compiles the hooks of a module with it: ours stand around that instead."""
    inner = model._compiled_call_impl
    assert inner is not None  # noqa: S101  the caller looked

    def call(*args: Any, **kwargs: Any) -> Any:
        begins(model, args, kwargs)
        output = None
        try:
            output = inner(*args, **kwargs)
        finally:
            ends(model, args, output)
        return output

    model._compiled_call_impl = call

    def remove() -> None:
        if model._compiled_call_impl is call:
            model._compiled_call_impl = inner

    return remove


def _before_backward(output: Any, hook: Hook) -> None:
    """Calls the hook when the backward pass reaches the model's output."""
    for tensor in _outputs(output):
        if tensor.grad_fn is not None:
            tensor.grad_fn.register_prehook(hook)
            return


def _outputs(output: Any) -> Iterable[torch.Tensor]:
    if isinstance(output, torch.Tensor):
        yield output
    elif isinstance(output, Mapping):
        for value in output.values():
            yield from _outputs(value)
    elif isinstance(output, list | tuple):
        for value in output:
            yield from _outputs(value)
