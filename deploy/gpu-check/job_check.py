#!/usr/bin/env python3
"""Compares a training job's reporter, and the agent beside it, with PyTorch and the driver.

usage: job_check.py RESULTS DEVICE

Another program holds 1,024 MiB of the same GPU. Writes RESULTS/job.csv and the records that the
reporter made, RESULTS/job-records.jsonl. Exit status: 0 agrees, 2 could not be run, 3 differs.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import driver
import packed
from agent_check import Holder, compare
from findings import DIFFERS, Findings

MIB = driver.MIB
SECONDS = 10
SETTLE_SECONDS = 4
JOB = "gpu-check-training"


def training(device, records, log):
    """Starts the job; its reporter writes a message a second."""
    environment = {
        **os.environ,
        "HEADROOM_JOB": JOB,
        "HEADROOM_OWNER": "gpu-check",
        "HEADROOM_TO": f"file:{records}",
    }
    # A stand-in of the card brings a program of its own.
    program = os.environ.get("GPU_CHECK_JOB", str(pathlib.Path(__file__).with_name("job.py")))
    command = [sys.executable, program, str(device), str(SECONDS)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)


def judge(findings, records, said):
    """What the reporter said against what PyTorch said at the end."""
    samples = [record["value"] for record in records if record["topic"].endswith("memory-samples")]
    configs = [record["value"] for record in records if record["topic"].endswith("layer-configs")]
    findings.compare("layer configs", len(configs), 1, "")
    if configs and "unsupported" in configs[0]:
        findings.record("not described", "", "", configs[0]["unsupported"])
    findings.compare("the reporter's errors", said["errors"], 0, "")
    findings.compare("steps, reporter", samples[-1]["step"], said["steps"], "")
    findings.compare("how it ended", int(samples[-1].get("outcome") == "completed"), 1, "")
    for size in ("allocated", "reserved"):
        highest = max(sample.get(f"{size}_bytes", 0) for sample in samples)
        findings.compare(f"{size} at its highest, PyTorch", highest, said[size], "bytes")
    categories = [sample["categories"] for sample in samples if "categories" in sample]
    for name, theirs in (("parameters", "parameters"), ("input_data", "images")):
        ours = max(held.get(name, 0) for held in categories)
        findings.compare(f"{name}, PyTorch", ours, said[theirs], "bytes")
    for name in sorted({name for held in categories for name in held}):
        ours = max(held.get(name, 0) for held in categories)
        findings.record(f"category {name}", ours, "bytes")
    findings.record("steps", said["steps"], "")
    findings.record("allocated at its highest", said["allocated"], "bytes")
    findings.record("reserved at its highest", said["reserved"], "bytes")


def run(results, device):
    witnesses, missing = driver.witnesses(device)
    if not witnesses:
        print("no driver to compare with:", "; ".join(missing), file=sys.stderr)
        return 2
    records = results / "job-records.jsonl"
    records.unlink(missing_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Findings("job", results / "job.csv") as findings,
        Holder(device, 1024 * MIB),
    ):
        kit = packed.unpack(folder)
        with packed.Agent(kit, results, "nvml", name="agent-beside-job") as agent:
            job = training(device, records, sys.stderr)
            begun = job.stdout.readline().split()
            if len(begun) != 2:
                print("the job did not begin: it ended with", job.wait(), file=sys.stderr)
                return 2
            time.sleep(SETTLE_SECONDS)
            for witness in witnesses:
                _, of_device = compare(findings, agent, witness, "while training", JOB, int(begun[1]))
            reporter = [
                json.loads(line)["value"]
                for line in records.read_text(encoding="utf-8").splitlines()
                if "device_used_bytes" in line
            ]
            findings.compare(
                "the device's used, reporter and agent",
                reporter[-1]["device_used_bytes"],
                of_device["used_bytes"],
                "bytes",
                2 * MIB,
            )
            findings.compare("the GPU's name, reporter and agent", int(reporter[-1]["gpu"] == witnesses[0].uuid), 1, "")
            last = job.stdout.readlines()
            job.wait(30)
            if not last:
                print("the job ended with", job.returncode, file=sys.stderr)
                return 2
        lines = [json.loads(line) for line in records.read_text(encoding="utf-8").splitlines()]
        judge(findings, lines, json.loads(last[-1]))
        return DIFFERS if findings.differs else 0


if __name__ == "__main__":
    sys.exit(run(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
