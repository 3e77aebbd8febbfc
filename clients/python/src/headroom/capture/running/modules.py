"""Which module of a model is running."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

DEVICE = "cuda"
"""What the fake tensors of a capture are on."""


class Modules:
    """The path of the module whose forward is running.

    Attributes:
        stack: the paths of the running ones, outermost first.
        entered: each module that ran, with how many ran around it.
        paths: by the identities of the modules.
        within: what the path is within a function that is checkpointed; None outside of one.
    """

    def __init__(self, model: nn.Module) -> None:
        self.stack: list[str] = [""]
        self.entered: list[tuple[str, int]] = []
        self.paths: dict[int, str] = {}
        self.within: Callable[[str], str] | None = None
        for path, module in model.named_modules():
            path = ".".join(p for p in path.split(".") if p != "_orig_mod")
            self.paths[id(module)] = path
            module.register_forward_pre_hook(self._enter(path), prepend=True)
            module.register_forward_hook(self._leave, always_call=True)

    def _enter(self, path: str) -> Callable[..., None]:
        def enter(*_: Any) -> None:
            self.entered.append((path, len(self.stack)))
            self.stack.append(path)

        return enter

    def _leave(self, *_: Any) -> None:
        self.stack.pop()

    @property
    def here(self) -> str:
        return self.stack[-1]

    @property
    def named(self) -> str:
        """What layers made here are named by: a checkpointed function is a module, too."""
        return self.here if self.within is None else self.within(self.here)
