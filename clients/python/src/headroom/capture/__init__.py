"""A model's layer configuration, captured from one call of it on tensors without memory."""

from .errors import CaptureError

__all__ = ["CaptureError"]
