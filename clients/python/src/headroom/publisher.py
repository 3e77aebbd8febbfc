"""The thread that publishes: a message a period and device, from what the training thread saw."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from headroom import categories
from headroom.configuration import Configuration
from headroom.devices import Device, device_bytes
from headroom.messages import Sample, config_record, sample_record
from headroom.observation import Fullest
from headroom.records import Record
from headroom.settings import File, Kafka, Settings
from headroom.training import Training
from headroom.transport import Transport, TransportError, describe, open_transport

_log = logging.getLogger("headroom")

_TIMEOUT_SECONDS = 3.0
_SLOW_CATEGORIES_SECONDS = 10.0

_Trouble = Callable[[str, BaseException | str], None]


class Publisher(threading.Thread):
    """Publishes what a job holds until it ends; a daemon that the job never waits for."""

    def __init__(
        self,
        settings: Settings,
        training: Training,
        configuration: Configuration,
        trouble: _Trouble,
    ) -> None:
        super().__init__(name="headroom", daemon=True)
        self._settings = settings
        self._training = training
        self._configuration = configuration
        self._trouble = trouble
        self._closing = threading.Event()
        self._outcome = "completed"
        self._lost: dict[Device, Fullest] = {}
        self._categories: dict[Device, dict[str, int]] = {}
        self._measured_at = float("-inf")
        self._said_no_gpu = False

    def end(self, outcome: str) -> None:
        """Ends with that outcome, and waits until that is published."""
        self._outcome = outcome
        self._closing.set()
        self.wait()

    def wait(self) -> None:
        """Waits three seconds at most for the end that somebody told."""
        if self is not threading.current_thread():
            self.join(_TIMEOUT_SECONDS)

    def run(self) -> None:
        """Publishes until `end`."""
        destination = self._settings.destination
        assert isinstance(destination, Kafka | File)  # noqa: S101  else nobody starts us
        where = describe(destination)
        try:
            transport = open_transport(destination, lambda why: self._trouble(where, why))
        except TransportError as wrong:
            self._trouble(where, wrong)
            return
        except Exception as wrong:
            self._trouble(f"opening {where}", wrong)
            return
        ended = False
        while not ended:
            ended = self._closing.wait(self._settings.period)
            try:
                self._publish(transport, ended)
            except Exception as wrong:
                self._trouble("publishing", wrong)
        left = transport.close(_TIMEOUT_SECONDS - 0.5)
        if left:
            self._trouble(where, f"{left} messages were given up at the end")

    def _publish(self, transport: Transport, ended: bool) -> None:
        transport.serve()
        if not self._training.describing.acquire(timeout=1 if ended else 0):
            return
        try:
            self._publish_all(transport, ended)
        finally:
            self._training.describing.release()

    def _publish_all(self, transport: Transport, ended: bool) -> None:
        config = self._configuration.take(at_once=ended)
        if config is not None and not self._settings.rank:
            record = config_record(self._settings, config)
            self._send(transport, record, self._configuration.lost)
        devices = self._training.devices()
        found = self._observed(devices, ended)
        self._training.due = True
        for device in devices:
            fullest = found[device]
            sample = self._sample(device, fullest, ended)
            if sample is not None:
                record = sample_record(self._settings, sample)
                self._send(transport, record, partial(self._keep, device, fullest))

    def _send(self, transport: Transport, record: Record, lost: Callable[[], None]) -> None:
        def failed(why: str) -> None:
            lost()
            self._trouble(describe(self._settings.destination), why)

        transport.send(record, failed)

    def _observed(self, devices: tuple[Device, ...], ended: bool) -> dict[Device, Fullest]:
        """The fullest moments since the last message that arrived."""
        found = {device: self._lost.pop(device, Fullest()) for device in devices}
        last = self._training.unfinished() if ended else None
        observations = [last] if last is not None else []
        while self._training.observations:
            observations.insert(0, self._training.observations.pop())
        for observation in observations:
            for device, seen in observation.fullest.items():
                if device in found:
                    found[device].include(seen.allocated, seen.reserved, seen.phase)
                self._categories.setdefault(device, {}).update(observation.categories[device])
        return found

    def _keep(self, device: Device, fullest: Fullest) -> None:
        """A message was lost: its peak goes with the next one."""
        kept = self._lost.setdefault(device, Fullest())
        kept.include(fullest.allocated, fullest.reserved, fullest.phase)

    def _sample(self, device: Device, fullest: Fullest, ended: bool) -> Sample | None:
        training = self._training
        reader = training.reader(device)
        if reader is None:
            self._say_no_gpu(training.step)
        elif fullest.phase is None or ended:
            # No step has ended since: what there is now, and has been.
            reader.peek(fullest, training.phase)
        self._measure(device)
        phase = (fullest.phase if reader is not None else None) or training.phase
        used, total = (device_bytes(device.index) if device.index is not None else None) or (
            None,
            None,
        )
        return Sample(
            device=device,
            phase="ended" if ended else phase,
            step=training.step,
            allocated=fullest.allocated if reader is not None else None,
            reserved=fullest.reserved if reader is not None else None,
            used=used,
            total=total,
            categories=self._categories.get(device),
            outcome=self._outcome if ended else None,
        )

    def _measure(self, device: Device) -> None:
        """Parameters and optimizer state: they seldom change, and many tensors take a while."""
        held = self._categories.setdefault(device, {})
        grows = self._training.step > 0 and not held.get("optimizer_state")
        recent = time.monotonic() < self._measured_at + _SLOW_CATEGORIES_SECONDS
        if "parameters" in held and recent and not grows:
            return
        self._measured_at = time.monotonic()
        models = self._training.models()
        if not models:
            return
        held["parameters"] = categories.parameter_bytes(models, device)
        held["optimizer_state"] = categories.state_bytes(self._training.optimizers(), device)

    def _say_no_gpu(self, steps: int) -> None:
        if steps > 0 and not self._said_no_gpu:
            self._said_no_gpu = True
            _log.warning("headroom: the model is on the CPU: its budget is shown, there is no GPU to measure")
