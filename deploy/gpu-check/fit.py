#!/usr/bin/env python3
"""Does the batch fit that Headroom predicts to fit, and does one fail that it predicts to be too large?

usage: fit.py RESULTS DEVICE

Reads fit.csv beside this file, for an H100 of 80 GB. The batch that fits is that of `./headroom predict --gpu H100
--largest-batch`: 19 of 20 such jobs stay below the GPU's memory. A larger one often fits as well, since PyTorch gives
free blocks back before it fails. The batch that is too large is 5 % above the one whose live tensors and CUDA context
alone fill the GPU, by `predict --batch`. Writes RESULTS/fit.csv, RESULTS/fit-measured.csv and its configs.
Exit status: 0 agrees, 2 a row could not be run, 3 differs.
"""

import contextlib
import csv
import io
import pathlib
import sys

from findings import DIFFERS, Findings
from networks import HERE, headroom

MIB = 1024 * 1024
SECONDS = 60


def measured(results, device, row, batch):
    """Measures a row's network at one batch size.

    Returns:
        its row of fit-measured.csv, None where it was not measured; and what the command says.
    """
    table = results / "fit-measured.csv"
    network = row["network"]
    if network.startswith("models.py:"):
        network = f"{HERE}/{network}"
    options = ["--batches", str(batch), "--precision", row["precision"], "--optimizer", row["optimizer"]]
    options += ["--device", str(device), "--timeout", str(SECONDS), "--out", str(table)]
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        headroom("measure", network, *options)
    words = said.getvalue().strip().replace(f"{HERE}/", "")
    who = (network.rpartition(":")[2], str(batch), row["precision"], row["optimizer"])
    with open(table, newline="", encoding="utf-8") as file:
        for known in csv.DictReader(file):
            if (known["model"], known["batch"], known["precision"], known["optimizer"]) == who:
                return known, words
    return None, words


def judge(findings, what, fits, peaks, words):
    """Compares whether a batch was predicted to fit with whether it did.

    Returns:
        whether it could be run.
    """
    full = "out of memory" in words
    if peaks is None and not full:
        findings.record(what, "", "", f"could not be run: {words}")
        return False
    findings.compare(f"{what} fits", int(fits), int(not full), "", note=words if full else "")
    if peaks is not None:
        for size in ("allocated", "reserved", "device"):
            peak = int(float(peaks[f"measured_peak_{size}_mib"]) * MIB)
            findings.record(f"{size} at its highest, {what}", peak, "bytes")
    return True


def run(results, device):
    # What an earlier check has measured is not asked again.
    (results / "fit-measured.csv").unlink(missing_ok=True)
    all_run = True
    with (
        open(HERE / "fit.csv", newline="", encoding="utf-8") as file,
        Findings("fit", results / "fit.csv") as findings,
    ):
        for row in csv.DictReader(file):
            for column, fits in (("batch_fits", True), ("batch_too_large", False)):
                batch = int(row[column])
                what = f"{row['network']} at batch {batch}, {row['precision']}, {row['optimizer']}"
                all_run &= judge(findings, what, fits, *measured(results, device, row, batch))
        if findings.differs:
            return DIFFERS
        return 0 if all_run else 2


if __name__ == "__main__":
    sys.exit(run(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
