"""Which module of a model is running."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

DEVICE = "cuda"
"""What the fake tensors of a capture are on."""


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
