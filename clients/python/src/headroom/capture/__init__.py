"""A model's layer configuration, captured from one call of it on tensors without memory."""

from .capturing import is_capturing
from .configs import capture
from .errors import CaptureError

__all__ = ["CaptureError", "capture", "is_capturing"]
