"""Predicted beside measured GPU memory of PyTorch training jobs.

import headroom
headroom.watch(model, optimizer)
"""

from headroom._version import __version__
from headroom.reporter import Reporter, watch

__all__ = ["Reporter", "__version__", "watch"]
