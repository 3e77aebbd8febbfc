#!/usr/bin/env python3
"""Compares what the agent reads through JCuda with what the driver says of the same GPU.

usage: cuda_check.py RESULTS DEVICE

Writes RESULTS/cuda.csv. Exit status: 0 agrees, 2 could not be run, 3 differs.
"""

import pathlib
import sys
import tempfile
import time

import driver
import packed
from findings import DIFFERS, Findings

MIB = driver.MIB
SETTLE_SECONDS = 2


def run(results, device):
    witnesses, missing = driver.witnesses(device)
    if not witnesses:
        print("no driver to compare with:", "; ".join(missing), file=sys.stderr)
        return 2
    before = witnesses[0].memory()[1]
    with (
        tempfile.TemporaryDirectory() as folder,
        Findings("cuda", results / "cuda.csv") as findings,
    ):
        kit = packed.unpack(folder)
        began = time.time()
        with packed.Agent(kit, results, "cuda") as agent:
            agent.reading(began, index=device)
            time.sleep(SETTLE_SECONDS)
            # Its context is its own: what has changed since the first reading is said by now.
            _, sample = agent.reading(began, index=device)
            for witness in witnesses:
                total, used = witness.memory()
                # CUDA leaves out what the driver keeps for itself.
                findings.record(f"total less CUDA's, {witness.name}", total - sample["total_bytes"], "bytes")
                findings.compare(
                    f"used, {witness.name}",
                    sample["used_bytes"],
                    used,
                    "bytes",
                    2 * MIB,
                    "free is compared through used",
                )
                uuid = sample["gpu"]
                findings.compare(f"the same GPU, {witness.name}", int(uuid == witness.uuid), 1, "", note=uuid)
            findings.record("JCuda's context holds", witnesses[0].memory()[1] - before, "bytes")
        return DIFFERS if findings.differs else 0


if __name__ == "__main__":
    sys.exit(run(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
