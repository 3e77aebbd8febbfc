"""The side of the thread that trains: phases and steps, and now and then what a step held."""

from __future__ import annotations

import functools
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec

import torch

from headroom import hooks
from headroom.configuration import Configuration
from headroom.devices import Device, devices_of
from headroom.observation import Observation, PeakReader
from headroom.peaks import PeakStatistics

_P = ParamSpec("_P")
_OBSERVATIONS = 16


def _own_work(
    method: Callable[Concatenate[Training, _P], None],
) -> Callable[Concatenate[Training, _P], None]:
    """Work of ours on the job's thread is timed."""

    @functools.wraps(method)
    def timed(self: Training, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        start = time.thread_time()
        try:
            method(self, *args, **kwargs)
        finally:
            self.seconds += time.thread_time() - start

    return timed


class Training:
    """Listens to the hooks of the models and optimizers of one job.

    Attributes:
        active: whether hooks are heard; False in a forked child and after the end.
        phase: what the job does now.
        step: optimizer steps that are over.
        due: whether the next step is to be observed.
        observations: steps that were, for the publishing thread; bounded.
        describing: held while the model is described: its tensors are others then.
        on_gpu: called once there is a GPU.
        seconds: what all of this took of the training thread's CPU time, capture aside.
        capture_seconds: what the capture took.
    """

    def __init__(
        self,
        configuration: Configuration,
        host: str,
        trouble: Callable[[str, BaseException | str], None],
    ) -> None:
        self.active = True
        self.phase = "model_loaded"
        self.step = 0
        self.due = True
        self.observations: deque[Observation] = deque(maxlen=_OBSERVATIONS)
        self.seconds = 0.0
        self.capture_seconds = 0.0
        self._trouble = trouble
        self.peaks = PeakStatistics()
        self._configuration = configuration
        self._host = host
        self._models: list[weakref.ref[torch.nn.Module]] = []
        self._optimizers: list[weakref.ref[torch.optim.Optimizer]] = []
        self._removals: list[Callable[[], None]] = []
        self._observing: Observation | None = None
        self._readers: dict[Device, PeakReader] = {}
        self._thread: int | None = None
        self._passes = 0
        self._accumulation = 1
        self._interrupted = self.phase
        self.describing = threading.Lock()
        self.on_gpu: Callable[[], None] = _nothing

    def add(self, model: torch.nn.Module, optimizers: Sequence[torch.optim.Optimizer]) -> None:
        """Watches one more model and its optimizers."""
        if all(known is not model for known in self.models()):
            self._removals.append(hooks.watch_model(model, self))
            self._models.append(weakref.ref(model))
            if not hooks.takes_hooks(model):
                self._configuration.cannot([model], "a model of torch.jit.script shows nobody its calls")
        for optimizer in optimizers:
            if all(known is not optimizer for known in self.optimizers()):
                self._removals.append(hooks.watch_optimizer(optimizer, self))
                self._optimizers.append(weakref.ref(optimizer))

    def stop(self) -> None:
        """Takes every hook away."""
        self.active = False
        for remove in self._removals:
            remove()
        self._removals.clear()
        self.peaks.leave_job()

    def models(self) -> list[torch.nn.Module]:
        """The models that are still there."""
        return [model for ref in self._models if (model := ref()) is not None]

    def optimizers(self) -> list[torch.optim.Optimizer]:
        """The optimizers that are still there."""
        return [optimizer for ref in self._optimizers if (optimizer := ref()) is not None]

    def devices(self) -> tuple[Device, ...]:
        """Where the models' parameters lie now."""
        parameters = (parameter for model in self.models() for parameter in model.parameters())
        return devices_of(parameters, self._host)

    def reader(self, device: Device) -> PeakReader | None:
        """Reads the peaks of a GPU; None for the CPU."""
        if device.index is None:
            return None
        if device not in self._readers:
            if not self._readers:
                self.peaks.watch_job()
                self.on_gpu()
            self._readers[device] = PeakReader(self.peaks, device.index)
        return self._readers[device]

    @_own_work
    def forward_begins(self, model: torch.nn.Module, args: Any, kwargs: Any) -> None:
        """A call of the model."""
        if self._thread is None:
            self._thread = threading.get_ident()
        if threading.get_ident() != self._thread:
            return
        trains = torch.is_grad_enabled() and model.training
        if not self._configuration.is_captured and (trains or not self._optimizers) and not _is_lazy(model):
            self._capture(model, args, kwargs)
        if not trains and self.phase != "evaluation":
            self._interrupted = self.phase
        self.phase = "forward" if trains else "evaluation"
        if self.due and self._observing is None and self._passes == 0:
            self.due = False
            devices = self.devices()
            readers = {it: reader for it in devices if (reader := self.reader(it)) is not None}
            self._observing = Observation(devices, readers, evaluation=not trains)
            self._observing.begin((args, kwargs))

    def trouble(self, what: str, why: BaseException | str) -> None:
        """Something of ours went wrong."""
        self._trouble(what, why)

    def unfinished(self) -> Observation | None:
        """The step that is being observed, when the job ends within it."""
        return self._observing

    def describe(self, model: torch.nn.Module, args: Any, kwargs: Any) -> None:
        """Describes the model by these arguments, now."""
        if not self._configuration.is_captured:
            self._capture(model, args, kwargs)

    def out_of_memory(self, device: int, requested: int) -> None:
        """An allocation failed: what was held then, and what was asked for."""
        usage = self.peaks.read(device)
        asked = f"{requested:,} bytes asked for, {usage.allocated:,} allocated"
        self.trouble(f"GPU {device} is out of memory", f"{asked}, {usage.reserved:,} reserved")

    def _capture(self, model: torch.nn.Module, args: Any, kwargs: Any) -> None:
        start = time.thread_time()
        with self.describing:
            self._configuration.capture(model, args, kwargs, self.optimizers())
        took = time.thread_time() - start
        self.capture_seconds += took
        self.seconds -= took

    @_own_work
    def forward_ends(self, model: torch.nn.Module) -> None:  # noqa: ARG002
        """It returned, or raised."""
        if self._observing is not None and self.phase in ("forward", "evaluation"):
            self._observing.end_of(self.phase)
        if self.phase == "evaluation":
            self.phase = self._interrupted
            if self._observing is not None and self._observing.evaluation:
                self._finish()

    @_own_work
    def backward_begins(self) -> None:
        """Gradients reach the model's output; on a thread of autograd's where there is a GPU."""
        if self.phase != "forward":
            return
        if self._observing is not None:
            self._observing.end_of("forward")
        self.phase = "backward"
        self._passes += 1
        if self.step == 1 and self._passes == 1:
            parameters = (it for model in self.models() for it in model.parameters())
            first = next((it for it in parameters if it.requires_grad), None)
            keeps_gradients = first is not None and first.grad is not None
            self._configuration.observe(self._accumulation, not keeps_gradients)

    @_own_work
    def step_begins(self, optimizer: torch.optim.Optimizer) -> None:  # noqa: ARG002
        """The optimizer's step."""
        if self._observing is not None:
            self._observing.end_of("backward")
            self._observing.measure_gradients(self.models())
        self.phase = "optimizer_step"

    @_own_work
    def step_ends(self, optimizer: torch.optim.Optimizer) -> None:
        """It returned; the first optimizer's steps are the job's."""
        if self._observing is not None:
            self._observing.end_of("optimizer_step")
        self.phase = "idle"
        if self._optimizers and optimizer is not self._optimizers[0]():
            return
        self.step += 1
        if self.step == 1:
            self._accumulation = max(1, self._passes)
        if self.step == 2 and not self._configuration.is_captured:
            names = ", ".join(type(model).__name__ for model in self.models())
            self._configuration.cannot(self.models(), f"the optimizer has made two steps and nobody has called {names}")
        self._passes = 0
        self._finish()

    def _finish(self) -> None:
        if self._observing is not None:
            self._observing.finish()
            self.observations.append(self._observing)
            self._observing = None


def _is_lazy(model: torch.nn.Module) -> bool:
    """Whether this call is the one that makes its parameters: the next one shows the model."""
    return any(torch.nn.parameter.is_lazy(parameter) for parameter in model.parameters())


def _nothing() -> None:
    """Nobody wants to know."""
