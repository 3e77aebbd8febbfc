#!/usr/bin/env python3
"""Compares the agent with the driver, beside a program that holds known amounts of memory.

usage: agent_check.py RESULTS DEVICE

Writes RESULTS/agent.csv. Exit status: 0 agrees, 2 could not be run, 3 differs.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

import driver
import packed
from findings import DIFFERS, Findings

MIB = driver.MIB
HELD = (0, 256, 1024, 3072)
SETTLE_SECONDS = 0.5


class Holder:
    """A program that holds bytes of the GPU until it is closed."""

    def __init__(self, device, size):
        # A stand-in of the card brings a program of its own.
        program = os.environ.get("GPU_CHECK_HOLD", str(pathlib.Path(__file__).with_name("hold.py")))
        self._process = subprocess.Popen(
            [sys.executable, program, str(device), str(max(size, 1))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "HEADROOM_JOB": "gpu-check"},
        )
        said = self._process.stdout.readline().split()
        if not said:
            raise RuntimeError(f"the holding program ended with {self._process.wait()}")
        self.pid = int(said[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(30)


def compare(findings, agent, witness, when, job, pid):
    """Compares what the agent reads from now on with one witness.

    Returns:
        the agent's samples of the process and of the GPU.
    """
    of_process, of_device = agent.reading(time.time(), job, gpu=witness.uuid)
    total, used = witness.memory()
    processes = witness.processes()
    at = f"{when}, {witness.name}"
    findings.compare(f"total, {at}", of_device["total_bytes"], total, "bytes", witness.grain)
    # Others may use the card too: two readings are some tenths of a second apart.
    findings.compare(f"used, {at}", of_device["used_bytes"], used, "bytes", 2 * MIB)
    held = of_process["process_used_bytes"]
    if pid in processes:
        findings.compare(f"process, {at}", held, processes[pid], "bytes", witness.grain)
    else:
        findings.record(f"process, {at}", held, "bytes", f"{witness.name} does not name it")
    rest = of_device["used_bytes"] - sum(each.get("used_bytes", 0) for each in of_device["processes"])
    named = {each["pid"] for each in of_device["processes"]}
    what = f"used less processes, {at}"
    if named == processes.keys():
        # Each figure of the witness is rounded by itself.
        apart = 2 * MIB + len(named) * witness.grain
        findings.compare(what, rest, used - sum(processes.values()), "bytes", apart)
    else:
        note = f"the agent names {sorted(named)}, {witness.name} {sorted(processes)}"
        findings.record(what, rest, "bytes", note)
    return of_process, of_device


def run(results, device):
    witnesses, missing = driver.witnesses(device)
    if not witnesses:
        print("no driver to compare with:", "; ".join(missing), file=sys.stderr)
        return 2
    with (
        tempfile.TemporaryDirectory() as folder,
        Findings("agent", results / "agent.csv") as findings,
    ):
        for why in missing:
            findings.record("not compared", "", "", why)
        kit = packed.unpack(folder)
        with packed.Agent(kit, results, "nvml") as agent:
            context = None
            for mib in HELD:
                with Holder(device, mib * MIB) as holder:
                    time.sleep(SETTLE_SECONDS)
                    for witness in witnesses:
                        when = f"{mib} MiB held"
                        of_process, of_device = compare(findings, agent, witness, when, "gpu-check", holder.pid)
                    held = of_process["process_used_bytes"]
                    if context is None:
                        context = held
                        findings.record("a CUDA context holds", context, "bytes")
                    else:
                        findings.compare(
                            f"held beside the context, {mib} MiB held",
                            held - context,
                            mib * MIB,
                            "bytes",
                            4 * MIB,
                            "blocks of the driver are 2 MiB",
                        )
            for witness in witnesses:
                mine = witness.processes().get(agent.pid, 0)
                findings.compare(f"the agent's own, {witness.name}", mine, 0, "bytes")
            reserved = of_device.get("driver_reserved_bytes")
            if reserved is not None:
                findings.record("the driver's reserve", reserved, "bytes")
        return DIFFERS if findings.differs else 0


if __name__ == "__main__":
    sys.exit(run(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
