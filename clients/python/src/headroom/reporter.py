"""Watching a training job: what `headroom.watch` does and returns."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import threading
import types
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from headroom import endings
from headroom.configuration import Configuration
from headroom.hooks import plain_optimizer
from headroom.messages import OUTCOMES
from headroom.publisher import Publisher
from headroom.settings import Nowhere, Settings, settings
from headroom.training import Training

_log = logging.getLogger("headroom")
_lock = threading.RLock()
_reporters: list[Reporter] = []

Models = torch.nn.Module | Sequence[torch.nn.Module]
Optimizers = torch.optim.Optimizer | Sequence[torch.optim.Optimizer]


class Reporter:
    """Reports what one job holds, from `watch` until its process ends or `close` is called.

    No method raises, and none waits but `close`, three seconds at most.
    """

    def __init__(
        self,
        who: Settings | None,
        describing: Mapping[str, Any] | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> None:
        self._settings = who
        self._said: set[str] = set()
        self._errors = 0
        self._closed = who is None
        self._configuration = Configuration(describing or {}, overrides or {})
        self._training = Training(self._configuration, who.host if who else "unknown", self._trouble)
        self._publisher: Publisher | None = None
        self._endings = endings.ExitHandlers(self.close, self._training.out_of_memory)
        self._training.on_gpu = self._endings.observe_memory
        if who is None:
            self._training.active = False
            return
        self._publisher = Publisher(who, self._training, self._configuration, self._trouble)
        self._endings.install()
        self._publisher.start()

    @property
    def job(self) -> str | None:
        """The job's name; None where nothing is reported."""
        return self._settings.job if self._settings else None

    @property
    def run(self) -> str | None:
        """The name of this start of the job; None where nothing is reported."""
        return self._settings.run if self._settings else None

    @property
    def errors(self) -> int:
        """How often something went wrong; the log has the first of each kind."""
        return self._errors

    @property
    def closed(self) -> bool:
        """Whether the job's end was told."""
        return self._closed

    @property
    def step(self) -> int:
        """Optimizer steps that are over."""
        return self._training.step

    @property
    def training_thread_seconds(self) -> float:
        """What watching took of the training thread's CPU time so far, the capture aside."""
        return self._training.seconds

    @property
    def capture_seconds(self) -> float:
        """What describing the model took of the training thread's CPU time."""
        return self._training.capture_seconds

    def close(self, outcome: str = "completed") -> None:
        """Says that the job ended and stops watching; the second call does nothing.

        Args:
            outcome: `completed`, `failed` or `out_of_memory`.
        """
        with _lock:
            closed, self._closed = self._closed, True
            if self in _reporters:
                _reporters.remove(self)
        if closed:
            if self._publisher is not None:
                self._publisher.wait()  # Somebody else's call is under way, such as a signal's.
            return
        if outcome not in OUTCOMES:
            self._trouble("closing", f"outcome is none of {', '.join(OUTCOMES)}: {outcome}")
            outcome = "failed"
        try:
            if self._publisher is not None:
                self._publisher.end(outcome)
            self._training.stop()
            self._endings.remove()
        except Exception as wrong:
            self._trouble("closing", wrong)

    def __enter__(self) -> Reporter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        self.close("completed" if error is None else endings.outcome_of(error))

    def _add(self, models: Sequence[torch.nn.Module], optimizers: Sequence[Any]) -> None:
        plain = [plain_optimizer(optimizer) for optimizer in optimizers]
        for place, model in enumerate(models):
            self._training.add(model, plain if place == 0 else [])
        watched = self._training.models()
        if len(watched) > 1:
            names = ", ".join(type(model).__name__ for model in watched)
            self._configuration.cannot(
                watched,
                f"this process trains {len(watched)} models ({names}) and one layer config describes one",
            )

    def _trouble(self, what: str, why: BaseException | str) -> None:
        self._errors += 1
        if what in self._said:
            return
        self._said.add(what)
        reason = why if isinstance(why, str) else str(why) or type(why).__name__
        _log.warning("headroom: %s: %s (said once; the job goes on)", what, reason)

    def _forget(self) -> None:
        """In a forked child: our threads are not there."""
        self._closed = True
        self._publisher = None
        self._training.active = False
        self._endings.forget()


def watch(
    model: Models,
    optimizer: Optimizers | None = None,
    *,
    inputs: Any = None,
    loss: Any = None,
    autocast: torch.dtype | None = None,
    config: Mapping[str, Any] | None = None,
    job: str | None = None,
    run: str | None = None,
    to: str | None = None,
    kafka: str | Mapping[str, str] | None = None,
    period: float | None = None,
) -> Reporter:
    """Lets Headroom watch this training job: its layer configuration, then what it holds.

    Never raises and never slows the job: what goes wrong is logged once and counted. Call it last,
    after `torch.compile`, DDP, FSDP or `accelerator.prepare`.

    Args:
        model: what is trained; several models of one job as a sequence.
        optimizer: what steps; several as a sequence, the first one's steps count. None for
            inference.
        inputs: the arguments of a call, if the model is to be described now and not by its first
            call: a tensor, a tuple of arguments, or a mapping of keyword arguments.
        loss: the loss function, such as `torch.nn.functional.cross_entropy`; None for the one that
            the model computes itself, else cross entropy.
        autocast: the format that is entered inside the model's call; None for what is entered
            around it.
        config: fields of the layer config that you know better, such as
            `{"parallelism": {"strategy": "ddp", "world_size": 8}}`.
        job: the job's name, else `HEADROOM_JOB`, else the script's and the scheduler's.
        run: tells the starts of the job apart, else `HEADROOM_RUN`, else a new one.
        to: `kafka`, `file:PATH` or `none`, else `HEADROOM_TO`.
        kafka: brokers, or properties of librdkafka, else `HEADROOM_KAFKA` and `HEADROOM_KAFKA_…`.
        period: seconds between two messages of a GPU, else `HEADROOM_PERIOD`, else 1.

    Returns:
        the reporter. A second call for the same job adds to it; see the README.
    """
    try:
        if _is_helper_process():
            return Reporter(None)
        models = [model] if isinstance(model, torch.nn.Module) else list(model)
        if optimizer is None:
            optimizers: list[Any] = []
        else:
            single = isinstance(optimizer, torch.optim.Optimizer) or hasattr(optimizer, "optimizer")
            optimizers = [optimizer] if single else list(optimizer)  # type: ignore[arg-type]
        with _lock:
            reporter = _running(models, job)
            if reporter is None:
                who = settings(os.environ, job=job, run=run, to=to, kafka=kafka, period=period)
                if isinstance(who.destination, Nowhere):
                    if not who.destination.wanted:
                        _log.warning("headroom: neither HEADROOM_KAFKA nor HEADROOM_TO is set: nothing is reported")
                    return Reporter(None)
                describing = {"loss": loss, "autocast": autocast}
                reporter = Reporter(who, describing, config)
                _reporters.append(reporter)
        reporter._add(models, optimizers)
        if inputs is not None:
            args, kwargs = _arguments(inputs)
            reporter._training.describe(models[0], args, kwargs)
        return reporter
    except Exception as wrong:
        _log.warning("headroom: nothing is reported: %s", str(wrong) or type(wrong).__name__)
        return Reporter(None)


def _running(models: Sequence[torch.nn.Module], job: str | None) -> Reporter | None:
    """The reporter of this process' job, if it goes on; else the one before it is ended."""
    for reporter in list(_reporters):
        if job is not None and reporter.job != job:
            continue
        known = reporter._training.models()
        is_same = any(one is other for one in known for other in models)
        kinds = {type(one) for one in known} & {type(one) for one in models}
        is_replaced = not known or (_is_interactive() and bool(kinds) and not is_same)
        if not is_replaced:
            return reporter
        reporter.close("completed")
    return None


def _arguments(inputs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if isinstance(inputs, Mapping):
        return (), dict(inputs)
    return (tuple(inputs), {}) if isinstance(inputs, tuple | list) else ((inputs,), {})


def _is_interactive() -> bool:
    return hasattr(sys, "ps1") or "get_ipython" in vars(sys.modules.get("builtins"))


def _is_helper_process() -> bool:
    """Whether this process loads data, or is a spawned one that still imports the script again."""
    preparing = getattr(multiprocessing.current_process(), "_inheriting", False)
    return bool(preparing) or torch.utils.data.get_worker_info() is not None


def _forget_all() -> None:
    for reporter in _reporters:
        reporter._forget()
    _reporters.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
