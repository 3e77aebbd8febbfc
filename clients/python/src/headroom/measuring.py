"""The process that `headroom measure` starts for one network at one batch size.

It answers with peaks in bytes and who measured, or `error`; and with the layer config.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch

from headroom.capture import CaptureError, capture
from headroom.categories import tensors_in
from headroom.devices import device_bytes
from headroom.networks import Input, NetworkError, find_network
from headroom.setups import OptimizerChoice, Precision, SetupError

_LOOK_EVERY_SECONDS = 0.02
_IDLE_DEVICE_BYTES = 1 << 30


@dataclass(frozen=True)
class Run:
    """One network at one batch size.

    Attributes:
        network: as it was asked for, such as `timm:resnet18`.
    """

    network: str
    batch: int
    precision: str
    optimizer: str
    inputs: tuple[str, ...]
    steps: int
    device: int

    @property
    def model(self) -> str:
        """Its name in the file, and that of its layer config."""
        return re.sub(r"[^A-Za-z0-9._-]", "-", self.network.rpartition(":")[2])

    @property
    def who(self) -> dict[str, str]:
        """The columns that tell it from others."""
        return {
            "model": self.model,
            "batch": str(self.batch),
            "mode": "training",
            "precision": self.precision,
            "optimizer": self.optimizer,
        }


class DevicePeak(threading.Thread):
    """Looks at the whole device again and again: its memory has no peak of its own.

    Attributes:
        peak: the most that was used, of whomever, in bytes.
    """

    def __init__(self, device: int) -> None:
        super().__init__(daemon=True)
        self._device = device
        self._done = threading.Event()
        self.peak = 0

    def run(self) -> None:
        """Looks until `finish`."""
        while not self._done.wait(_LOOK_EVERY_SECONDS):
            self.look()

    def look(self) -> None:
        """Looks once."""
        used = device_bytes(self._device)
        if used is not None:
            self.peak = max(self.peak, used[0])

    def finish(self) -> None:
        """Looks a last time."""
        self._done.set()
        self.join()
        self.look()


class Trial:
    """One network in training on one GPU.

    Raises:
        NetworkError, SetupError: it cannot be tried.
        torch.OutOfMemoryError: its parameters do not fit.
    """

    def __init__(self, run: Run) -> None:
        if not torch.cuda.is_available():
            raise SetupError("PyTorch sees no GPU here")
        if not 0 <= run.device < torch.cuda.device_count():
            raise SetupError(f"there is no GPU {run.device}, only {torch.cuda.device_count()}")
        optimizer = OptimizerChoice.parse(run.optimizer)
        self._run = run
        self._precision = Precision.parse(run.precision)
        network = find_network(run.network)
        inputs = [Input.parse(text) for text in run.inputs]
        torch.cuda.set_device(run.device)
        device, dtype = f"cuda:{run.device}", self._precision.parameters
        self._model = network.make().train().to(device=device, dtype=dtype)
        self._args, self._kwargs = network.call(inputs, run.batch, device)
        if dtype != torch.float32:
            self._args = tuple(_cast(value, dtype) for value in self._args)
            self._kwargs = {name: _cast(value, dtype) for name, value in self._kwargs.items()}
        self._optimizer = optimizer.make(self._model.parameters())

    def layer_config(self) -> dict[str, Any]:
        """What the network is made of.

        Raises:
            CaptureError: it cannot be described.
        """
        with self._precision.entered("cuda"):
            name = self._run.model
            return capture(self._model, self._args, self._kwargs, optimizer=self._optimizer, job=name, name=name)

    def step(self) -> None:
        """Trains one step; the GPU may still be at work.

        Raises:
            torch.OutOfMemoryError: it does not fit.
            RuntimeError: an operator failed.
        """
        self._optimizer.zero_grad(set_to_none=True)
        with self._precision.entered("cuda"):
            loss = _loss(self._model(*self._args, **self._kwargs))
        loss.backward()
        self._optimizer.step()


def measure_one(run: Run, describe: bool) -> dict[str, Any]:
    """Trains a network for a few steps and says what that took.

    Args:
        run: the network, and how it is trained.
        describe: whether its layer config is wanted.

    Raises:
        NetworkError, SetupError: it cannot be tried.
        torch.OutOfMemoryError: its parameters do not fit.
    """
    driver, busy = _driver(run.device)
    notes = [f"{busy:,} bytes of the GPU are used by others"] if busy > _IDLE_DEVICE_BYTES else []
    trial = Trial(run)
    answer: dict[str, Any] = {
        "gpu_model": torch.cuda.get_device_name(run.device),
        "driver": driver,
        "framework": f"pytorch {torch.__version__}",
        "notes": notes,
    }
    if describe:
        try:
            answer["config"] = trial.layer_config()
        except CaptureError as reason:
            notes.append(f"no layer config: {reason}")
    device_peak = DevicePeak(run.device)
    device_peak.start()
    try:
        for _ in range(run.steps):
            trial.step()
        torch.cuda.synchronize(run.device)
    except torch.cuda.OutOfMemoryError as full:
        answer["error"] = f"out of memory: {str(full).partition('. ')[0]}"
    except RuntimeError as failure:
        answer["error"] = f"a step failed: {str(failure).partition(chr(10))[0]}"
    finally:
        device_peak.finish()
    answer["allocated"] = torch.cuda.max_memory_allocated(run.device)
    answer["reserved"] = torch.cuda.max_memory_reserved(run.device)
    answer["device"] = device_peak.peak
    return answer


def answer_one(run: Run, describe: bool, to: Connection) -> None:
    """Sends what `measure_one` says, or why it cannot be measured."""
    try:
        answer = measure_one(run, describe)
    except (NetworkError, SetupError) as wrong:
        answer = {"error": str(wrong)}
    except torch.cuda.OutOfMemoryError as full:
        answer = {"error": f"out of memory: {str(full).partition('. ')[0]}"}
    to.send(answer)


def _loss(output: Any) -> torch.Tensor:
    """The model's own loss, else the sum of the cross entropies of what it returns."""
    own = getattr(output, "loss", None)
    if isinstance(own, torch.Tensor):
        return own
    losses = []
    for value in tensors_in(output):
        if value.requires_grad and value.dim() >= 2:
            target = torch.zeros((value.shape[0], *value.shape[2:]), dtype=torch.long, device=value.device)
            losses.append(torch.nn.functional.cross_entropy(value, target))
    if not losses:
        raise NetworkError("the network returns nothing that a loss could be made of")
    return torch.stack(losses).sum() if len(losses) > 1 else losses[0]


def _cast(value: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    return value.to(dtype) if value.is_floating_point() else value


def _driver(device: int) -> tuple[str, int]:
    """The driver's version, and what is used of the GPU before we begin, in bytes."""
    command = shutil.which("nvidia-smi")
    if command is not None:
        visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
        name = visible[device] if device < len(visible) and visible[device] else str(device)
        query = "--query-gpu=driver_version,memory.used"
        asked = subprocess.run(  # noqa: S603  found in PATH
            [command, "-i", name, query, "--format=csv,noheader,nounits"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        version, _, used = asked.stdout.strip().partition(", ")
        if asked.returncode == 0 and used.isdecimal():
            return version, int(used) << 20
    try:
        words = Path("/proc/driver/nvidia/version").read_text().split()
        return next((word for word in words if word[:1].isdecimal() and "." in word), ""), 0
    except OSError:
        return "", 0
