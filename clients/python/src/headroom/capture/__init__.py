"""A model's layer configuration, captured from one call of it on tensors without memory."""

from headroom.capture.capturing import is_capturing
from headroom.capture.configs import capture
from headroom.capture.errors import CaptureError

__all__ = ["CaptureError", "capture", "is_capturing"]
