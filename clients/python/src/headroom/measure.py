"""Measures networks on this machine's GPU, each in a process of its own: `headroom measure`."""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headroom.networks import Input, NetworkError
from headroom.setups import OptimizerChoice, Precision, SetupError

COLUMNS = (
    "model",
    "batch",
    "mode",
    "precision",
    "optimizer",
    "gpu_model",
    "driver",
    "framework",
    "measured_peak_allocated_mib",
    "measured_peak_reserved_mib",
    "measured_peak_device_mib",
)
_MIB = 1 << 20
_WHO = COLUMNS[:5]


class MeasureError(Exception):
    """Nothing can be measured; the text is one sentence."""


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


def measure(options: argparse.Namespace, say: Callable[[str], None]) -> bool:
    """Measures what the options of the command ask for.

    Returns:
        whether every network was measured.

    Raises:
        MeasureError: nothing can be measured.
    """
    runs = list(_runs(options))
    configs = options.configs or options.out.with_name(options.out.stem + "-configs")
    try:
        done = _known(options.out)
        configs.mkdir(parents=True, exist_ok=True)
        table = options.out.open("a", newline="")
    except OSError as wrong:
        raise MeasureError(f"{wrong.filename} cannot be written: {wrong.strerror}") from None
    all_measured = True
    with table:
        writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
        if table.tell() == 0:
            writer.writeheader()
        for run in runs:
            if tuple(run.who[name] for name in _WHO) in done:
                say(f"{run.network} at batch {run.batch}: already in {options.out}")
                continue
            answer = _in_a_process(run, options.timeout)
            config = answer.get("config")
            if config is not None:
                _write_config(configs / f"{run.model}.json", config)
            if "error" in answer:
                all_measured = False
                say(f"{run.network} at batch {run.batch}: {answer['error']}")
                continue
            row = {**run.who, **_columns(answer)}
            writer.writerow(row)
            table.flush()
            say(
                f"{run.network} at batch {run.batch}: "
                f"allocated {float(row['measured_peak_allocated_mib']):,.1f} MiB, "
                f"reserved {float(row['measured_peak_reserved_mib']):,.1f} MiB, "
                f"device {float(row['measured_peak_device_mib']):,.1f} MiB"
                + "".join(f"; {note}" for note in answer.get("notes", ()))
            )
    return all_measured


def _runs(options: argparse.Namespace) -> Iterator[Run]:
    try:
        OptimizerChoice.parse(options.optimizer)
        Precision.parse(options.precision)
        for text in options.input:
            Input.parse(text)
    except (NetworkError, SetupError) as wrong:
        raise MeasureError(str(wrong)) from None
    for network in options.networks:
        for batch in options.batches:
            yield Run(
                network,
                batch,
                options.precision,
                options.optimizer,
                tuple(options.input),
                options.steps,
                options.device,
            )


def _known(file: Path) -> set[tuple[str, ...]]:
    """The runs that a file has already."""
    if not file.exists() or file.stat().st_size == 0:
        return set()
    with file.open(newline="") as table:
        reader = csv.DictReader(table)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise MeasureError(f"{file} has other columns than {', '.join(COLUMNS)}")
        return {tuple(row[name] or "" for name in _WHO) for row in reader}


def _in_a_process(run: Run, timeout: float) -> dict[str, Any]:
    """What the process of that run answers: its last line of standard output."""
    command = [sys.executable, "-m", "headroom.measuring", json.dumps(run.__dict__)]
    try:
        ended = subprocess.run(  # noqa: S603  our own interpreter
            command, stdout=subprocess.PIPE, text=True, timeout=timeout, check=False, env=os.environ
        )
    except subprocess.TimeoutExpired:
        return {"error": f"not done after {timeout:g} s"}
    lines = ended.stdout.strip().splitlines()
    try:
        answer = json.loads(lines[-1])
    except (IndexError, ValueError):
        return {"error": f"its process ended with status {ended.returncode} and no answer"}
    return answer if isinstance(answer, dict) else {"error": "its process answered nonsense"}


def _columns(answer: dict[str, Any]) -> dict[str, str]:
    row = {name: str(answer[name]) for name in ("gpu_model", "driver", "framework")}
    for size in ("allocated", "reserved", "device"):
        # Exact: a MiB is a power of two, and floats print as short as they can be read back.
        row[f"measured_peak_{size}_mib"] = repr(answer[size] / _MIB).removesuffix(".0")
    return row


def _write_config(file: Path, config: dict[str, Any]) -> None:
    if not file.exists():
        whole = file.with_suffix(".part")
        whole.write_text(json.dumps(config, ensure_ascii=False) + "\n", encoding="utf-8")
        whole.replace(file)
