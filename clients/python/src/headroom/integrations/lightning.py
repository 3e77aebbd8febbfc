"""Lightning: `Trainer(callbacks=[HeadroomCallback()])`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from lightning.pytorch import Callback

from headroom.endings import outcome_of
from headroom.reporter import Reporter, watch

_STRATEGIES = {"ddp": "ddp", "fsdp": "fsdp"}


class HeadroomCallback(Callback):  # type: ignore[misc]  # Lightning is not typed for us
    """Lets Headroom watch a fit.

    A LightningModule computes in `training_step`, which no hook of PyTorch sees; what is watched is
    the module inside it that holds all parameters, if there is one, else the LightningModule, whose
    `training_step` then has to call `self(...)`.

    Args:
        module: picks another module of the LightningModule.
        arguments: as for `headroom.watch`.
    """

    def __init__(self, module: Callable[[Any], torch.nn.Module] | None = None, **arguments: Any) -> None:
        self._pick = module or inner_module
        self._arguments = arguments
        self.reporter: Reporter | None = None

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Begins to watch."""
        arguments = dict(self._arguments)
        if trainer.world_size > 1:
            strategy = _STRATEGIES.get(str(trainer.strategy.strategy_name).partition("_")[0])
            if strategy is not None:
                parallel = {"strategy": strategy, "world_size": trainer.world_size}
                arguments["config"] = {"parallelism": parallel, **arguments.get("config", {})}
        self.reporter = watch(self._pick(pl_module), trainer.optimizers, **arguments)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002
        """The fit is over."""
        if self.reporter is not None:
            self.reporter.close("completed")

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:  # noqa: ARG002
        """The fit ends by an exception."""
        if self.reporter is not None:
            self.reporter.close(outcome_of(exception))


def inner_module(module: torch.nn.Module) -> torch.nn.Module:
    """The one child that holds all of a module's parameters, else the module itself."""
    holders = [child for child in module.children() if any(True for _ in child.parameters())]
    own = any(True for _ in module.parameters(recurse=False))
    return holders[0] if len(holders) == 1 and not own else module
