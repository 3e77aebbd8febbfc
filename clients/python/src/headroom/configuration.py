"""The layer configuration of a job: captured from the first call, completed by the first step."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from headroom.capture import CaptureError, capture
from headroom.messages import unsupported_config

# Until the first optimizer step is over nobody knows how many passes it takes; but no longer.
_TIMEOUT_SECONDS = 15.0


class Configuration:
    """What is to be published of the model, and when.

    The training thread writes, the publishing thread reads.

    Args:
        describing: what the capture is to be told, such as the loss.
        overrides: fields of the config that the user knows better.
    """

    def __init__(self, describing: Mapping[str, Any], overrides: Mapping[str, Any]) -> None:
        self._describing = describing
        self._overrides = overrides
        self._captured: dict[str, Any] | None = None
        self._captured_at = 0.0
        self._gradients: dict[str, Any] | None = None
        self._published: dict[str, Any] | None = None

    @property
    def is_captured(self) -> bool:
        """Whether it is known, or known why not."""
        return self._captured is not None

    def capture(
        self,
        model: torch.nn.Module,
        args: Any,
        kwargs: Any,
        optimizers: Sequence[torch.optim.Optimizer],
    ) -> None:
        """Describes the model from the arguments of a call; what fails becomes the reason."""
        mode = "training" if optimizers or model.training else "inference"
        optimizer = optimizers[0] if optimizers else None
        try:
            config = capture(model, args, kwargs, optimizer=optimizer, mode=mode, **self._describing)
        except CaptureError as reason:
            config = getattr(reason, "config", None) or self._without(model, str(reason))
        except Exception as failure:
            config = self._without(model, f"{type(failure).__name__}: {failure}")
        self._set(config)

    def cannot(self, models: Sequence[torch.nn.Module], reason: str) -> None:
        """Says why the models are not described."""
        names = "+".join(type(model).__name__ for model in models) or "model"
        self._set(unsupported_config(names, 1, reason))

    def observe(self, accumulation_steps: int, set_to_none: bool) -> None:
        """What the first optimizer step showed."""
        self._gradients = {
            "set_to_none": set_to_none,
            "accumulation_steps": max(1, accumulation_steps),
        }

    def take(self, at_once: bool) -> dict[str, Any] | None:
        """What is to be published now; None if that is nothing, or nothing new."""
        config = self._captured
        if config is None:
            return None
        patient = time.monotonic() < self._captured_at + _TIMEOUT_SECONDS
        if self._gradients is None and patient and not at_once:
            return None
        if self._gradients is not None and config.get("mode", "training") == "training":
            config = {**config, "gradients": {**config.get("gradients", {}), **self._gradients}}
        if config == self._published:
            return None
        self._published = config
        return config

    def lost(self) -> None:
        """What was published did not arrive: it is due again."""
        self._published = None

    def _set(self, config: dict[str, Any]) -> None:
        self._captured_at = time.monotonic()
        self._captured = {**config, **self._overrides}

    @staticmethod
    def _without(model: torch.nn.Module, reason: str) -> dict[str, Any]:
        return unsupported_config(type(model).__name__, 1, f"the model was not captured: {reason}")
