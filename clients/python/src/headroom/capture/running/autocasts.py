"""Autocast around a pass, and what a model does with it by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from headroom.capture.running.modules import DEVICE
from headroom.capture.running.patches import patched

_enable = torch.set_autocast_enabled
_choose = torch.set_autocast_dtype


class Autocasts:
    """Autocast as a GPU would have it, also where there is none.

    Attributes:
        entered: the formats of the autocasts that the model entered itself, in order.
    """

    def __init__(self) -> None:
        self.entered: list[torch.dtype] = []
        self._ignored = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Within, this thread's autocasts are seen; PyTorch would switch them off where it finds no GPU."""
        common = torch.cuda.amp.common
        with patched(
            (torch, "set_autocast_enabled", self._enabled),
            (torch, "set_autocast_dtype", self._chosen),
            (common, "amp_definitely_not_available", lambda: False),
            (torch.cuda, "is_bf16_supported", lambda *_, **__: True),
        ):
            yield

    @contextmanager
    def around(self, dtype: torch.dtype | None, ignored: bool = False) -> Iterator[None]:
        """Autocast to a format, or none, whatever is on outside; its cache of weights is left alone.

        Args:
            dtype: the format.
            ignored: whether autocasts that the model enters stay off.
        """
        before = torch.is_autocast_enabled(DEVICE), torch.get_autocast_dtype(DEVICE), torch.is_autocast_cache_enabled()
        _enable(DEVICE, dtype is not None)
        _choose(DEVICE, dtype or before[1])
        torch.set_autocast_cache_enabled(False)
        self._ignored = ignored
        try:
            yield
        finally:
            self._ignored = False
            _enable(DEVICE, before[0])
            _choose(DEVICE, before[1])
            torch.set_autocast_cache_enabled(before[2])

    def _enabled(self, *args: Any) -> None:
        if self._ignored and args[0] == DEVICE:
            args = (DEVICE, False)
        _enable(*args)

    def _chosen(self, device: str, dtype: torch.dtype) -> None:
        """An autocast sets its format after it is on; one that ends sets the one before."""
        _choose(device, dtype)
        if device == DEVICE and torch.is_autocast_enabled(DEVICE) and dtype not in self.entered:
            self.entered.append(dtype)
