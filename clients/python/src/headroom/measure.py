"""Measures networks on this machine's GPU, each in a process of its own: `headroom measure`."""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from headroom.measuring import Run, answer_one
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
    processes = _Processes(options.networks)
    all_measured = True
    with table:
        writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
        if table.tell() == 0:
            writer.writeheader()
        for run in runs:
            if tuple(run.who[name] for name in _WHO) in done:
                say(f"{run.network} at batch {run.batch}: already in {options.out}")
                continue
            described = configs / f"{run.model}.json"
            answer = processes.answer(run, not described.exists(), options.timeout)
            if "config" in answer:
                _write_config(described, answer["config"])
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


class _Processes:
    """Starts a process for each run.

    They are forks of a server that has imported what all of them need, and has never touched CUDA: each opens a
    context of its own, so that its device peak is that of a fresh process.
    """

    def __init__(self, networks: Sequence[str]) -> None:
        self._context = multiprocessing.get_context("forkserver")
        libraries = {"torchvision": "torchvision.models", "timm": "timm"}
        asked = {network.partition(":")[0] for network in networks}
        # One that is missing is left out here: a run then says so.
        preload = ["headroom.measuring", *(libraries[it] for it in sorted(asked & libraries.keys()))]
        self._context.set_forkserver_preload(preload)

    def answer(self, run: Run, describe: bool, timeout: float) -> dict[str, Any]:
        """What the process of that run answers; it is gone afterwards."""
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=answer_one, args=(run, describe, theirs))
        process.start()
        theirs.close()
        with ours:
            try:
                if not ours.poll(timeout):
                    return {"error": f"not done after {timeout:g} s"}
                answer: dict[str, Any] = ours.recv()
            except (EOFError, OSError):
                process.join()
                return {"error": f"its process ended with status {process.exitcode} and no answer"}
            finally:
                process.kill()
                process.join()
        return answer


def _columns(answer: dict[str, Any]) -> dict[str, str]:
    row = {name: str(answer[name]) for name in ("gpu_model", "driver", "framework")}
    for size in ("allocated", "reserved", "device"):
        # Exact: a MiB is a power of two, and floats print as short as they can be read back.
        row[f"measured_peak_{size}_mib"] = repr(answer[size] / _MIB).removesuffix(".0")
    return row


def _write_config(file: Path, config: dict[str, Any]) -> None:
    whole = file.with_suffix(".part")
    whole.write_text(json.dumps(config, ensure_ascii=False) + "\n", encoding="utf-8")
    whole.replace(file)
