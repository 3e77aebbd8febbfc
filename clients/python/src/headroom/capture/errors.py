"""What a capture answers when a model cannot be described."""

from __future__ import annotations

from typing import Any


class CaptureError(Exception):
    """The model's layers could not be had.

    Attributes:
        reason: one plain sentence.
        config: the layer config with ``unsupported`` in place of its layers, where the set-up is known.
    """

    def __init__(self, reason: str, config: dict[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.config = config


class HopelessError(CaptureError):
    """Another batch size, or another dimension for it, would not help."""
