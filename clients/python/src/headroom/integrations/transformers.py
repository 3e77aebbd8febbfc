"""Hugging Face Transformers: `Trainer(callbacks=[HeadroomCallback()])`."""

from __future__ import annotations

from typing import Any

import torch
from transformers import TrainerCallback

from headroom.reporter import Reporter, watch


class HeadroomCallback(TrainerCallback):  # type: ignore[misc]  # Transformers is not typed for us
    """Lets Headroom watch a training of the Trainer.

    Args:
        arguments: as for `headroom.watch`.
    """

    def __init__(self, **arguments: Any) -> None:
        self._arguments = arguments
        self.reporter: Reporter | None = None

    def on_train_begin(
        self,
        args: Any,
        state: Any,  # noqa: ARG002
        control: Any,  # noqa: ARG002
        model: Any = None,
        optimizer: Any = None,
        **_: Any,
    ) -> None:
        """Begins to watch."""
        arguments = dict(self._arguments)
        arguments.setdefault("autocast", _autocast(args))
        if args.world_size > 1:
            fsdp = bool(args.fsdp)
            parallel = {"strategy": "fsdp" if fsdp else "ddp", "world_size": args.world_size}
            arguments["config"] = {"parallelism": parallel, **arguments.get("config", {})}
        self.reporter = watch(model, optimizer, **arguments)

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """The training is over; one that ends by an exception is seen by its process' end."""
        if self.reporter is not None:
            self.reporter.close("completed")


def _autocast(args: Any) -> torch.dtype | None:
    """The Trainer enters autocast inside the model's call, where no hook sees it."""
    if args.bf16:
        return torch.bfloat16
    return torch.float16 if args.fp16 else None
