"""How a network is to be trained, as the options of commands say it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import torch

_CLASSES = {
    "sgd": "SGD",
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "NAdam",
    "radam": "RAdam",
    "adamax": "Adamax",
    "adadelta": "Adadelta",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adafactor": "Adafactor",
}
_FLAGS = ("nesterov", "amsgrad", "centered")
_IMPLEMENTATIONS = ("foreach", "fused", "for_loop")
_FORMATS = ("float64", "float32", "float16", "bfloat16")


class SetupError(Exception):
    """An option is wrong; the text is one sentence."""


@dataclass(frozen=True)
class OptimizerChoice:
    """An optimizer that can be made, and its words in a layer config.

    Attributes:
        text: as it was asked for.
        options: of the contract, such as momentum, beside the implementation.
    """

    text: str
    type: str
    options: dict[str, Any] = field(default_factory=dict)
    implementation: str = "foreach"

    @staticmethod
    def parse(text: str) -> OptimizerChoice:
        """Reads `sgd`, `momentum` (sgd with 0.9), `sgd,momentum=0.9,nesterov`, `adamw,fused`.

        Raises:
            SetupError: it is something else.
        """
        kind, *rest = text.split(",")
        options: dict[str, Any] = {}
        if kind == "momentum":
            kind, options = "sgd", {"momentum": 0.9}
        if not hasattr(torch.optim, _CLASSES.get(kind, "")):
            raise SetupError(f"an optimizer is none of momentum, {', '.join(_CLASSES)}: {kind}")
        implementation = "foreach"
        for option in rest:
            name, _, value = option.partition("=")
            if option in _FLAGS:
                options[option] = True
            elif option in _IMPLEMENTATIONS:
                implementation = option
            elif name in ("momentum", "weight_decay"):
                try:
                    options[name] = float(value)
                except ValueError:
                    raise SetupError(f"an optimizer's {name} is no number: {value}") from None
            else:
                raise SetupError(f"an optimizer's option is not known: {option}")
        return OptimizerChoice(text, kind, options, implementation)

    def config(self) -> dict[str, Any]:
        """Its words in a layer config."""
        return {"type": self.type, **self.options, "implementation": self.implementation}

    def make(self, parameters: Iterable[torch.nn.Parameter]) -> torch.optim.Optimizer:
        """Makes it.

        Raises:
            SetupError: PyTorch refuses the options.
        """
        implementation = {
            "foreach": {"foreach": True},
            "fused": {"fused": True},
            "for_loop": {"foreach": False},
        }[self.implementation]
        try:
            made: torch.optim.Optimizer = getattr(torch.optim, _CLASSES[self.type])(
                parameters, lr=1e-4, **self.options, **implementation
            )
        except (TypeError, ValueError, RuntimeError) as wrong:
            raise SetupError(f"PyTorch refuses the optimizer {self.text}: {wrong}") from None
        return made


@dataclass(frozen=True)
class Precision:
    """The format of parameters, and that of autocast.

    Attributes:
        text: as `./headroom predict --precision` reads it.
    """

    text: str
    parameters: torch.dtype
    autocast: torch.dtype | None

    @staticmethod
    def parse(text: str) -> Precision:
        """Reads `float32`, `bfloat16`, `autocast-bfloat16`.

        Raises:
            SetupError: it is something else.
        """
        if text in _FORMATS:
            return Precision(text, getattr(torch, text), None)
        kind = text.removeprefix("autocast-")
        if kind in ("float16", "bfloat16") and kind != text:
            return Precision(text, torch.float32, getattr(torch, kind))
        raise SetupError(f"a precision is none of {', '.join(_FORMATS)}, autocast-float16, autocast-bfloat16: " + text)

    def entered(self, device: str) -> contextlib.AbstractContextManager[Any]:
        """Autocast, where it is wanted."""
        if self.autocast is None:
            return contextlib.nullcontext()
        return torch.autocast(device, dtype=self.autocast)
