"""Modules that ``torch.compile`` runs, as they are without it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from torch import nn


@contextmanager
def eager(model: nn.Module) -> Iterator[None]:
    """Within, nothing of a model is compiled: a capture would be compiled anew for each of its passes."""
    with ExitStack() as stack:
        for module in model.modules():
            inner = vars(module).get("_modules", {}).get("_orig_mod")
            if vars(module).get("_compiled_call_impl") is not None:  # module.compile()
                _put(stack, vars(module), "_compiled_call_impl", None)
            if inner is not None and "forward" in vars(module):  # torch.compile(module)
                _put(stack, vars(module), "forward", inner.__call__)
        yield


def _put(stack: ExitStack, where: dict[str, Any], name: str, value: Any) -> None:
    stack.callback(where.__setitem__, name, where[name])
    where[name] = value
