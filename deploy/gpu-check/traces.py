#!/usr/bin/env python3
"""What kernels take for themselves in each network's training step, by PyTorch's own profiler.

usage: traces.py RESULTS [DEVICE]

The networks of networks.py, in four processes side by side: what a process holds does not depend on the
others. Each is trained for three steps; a fourth is recorded. Writes

    traced.csv       peaks of the three steps, and what of the recorded peak its operator gave back by itself
    temporaries.csv  a row an operator: what it requests and gives back before it returns; a cuDNN or
                     cuBLAS workspace is such a request
    traces/*.csv.gz  every allocation (+) and release (-) of the recorded step, with its operator
    traces/*.json    the layer config

Sizes are bytes as the allocator rounds them. A stop on the way loses only what was not recorded yet.
"""

import collections
import csv
import gc
import gzip
import json
import os
import pathlib
import subprocess
import sys
from dataclasses import dataclass

import driver
from networks import REPORTER, ROUNDS

sys.path.insert(0, str(REPORTER))

WORKERS = 4
STEPS = 3
RUN = ("model", "batch", "precision", "optimizer")
TRACED = (
    *RUN,
    "before",
    "allocated",
    "reserved",
    "process",
    "recorded_peak",
    "temporaries_at_peak",
    "held_by",
    "note",
)
TEMPORARIES = (*RUN, "operator", "times", "largest", "sum", "at_peak")


@dataclass
class Change:
    """An allocation (size above 0) or a release.

    Attributes:
        operators: number and name of each that is at work, the outermost first.
        giver_back: of an allocation, the operator that requests it and releases it before it returns.
    """

    size: int
    pointer: int
    total: int
    operators: tuple
    giver_back: str = ""

    @property
    def path(self):
        return ">".join(name for _, name in self.operators)


def recorded(step):
    """All changes of the GPU's memory while a call runs, in order."""
    import torch
    from torch._C._profiler import _EventType

    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profiler:
        step()
        torch.cuda.synchronize()
    changes = []
    waiting = list(profiler.profiler.kineto_results.experimental_event_tree())
    while waiting:
        event = waiting.pop()
        waiting.extend(event.children)
        if event.typed[0] != _EventType.Allocation:
            continue
        fields = event.typed[1]
        if fields.device.type != "cuda":
            continue
        above = []
        node = event.parent
        while node is not None:
            if node.typed[0] == _EventType.TorchOp:
                above.append((node.id, node.name))
            node = node.parent
        changes.append(
            (
                event.start_time_ns,
                Change(fields.alloc_size, fields.ptr, fields.total_allocated, tuple(above[::-1])),
            )
        )
    changes.sort(key=lambda timed: timed[0])
    return [change for _, change in changes]


def peak_of(changes):
    """Marks what operators give back themselves.

    Returns:
        the highest total, and those of the marked allocations that are held then.
    """
    held = {}
    for change in changes:
        if change.size > 0:
            held[change.pointer] = change
        else:
            taken = held.pop(change.pointer, None)
            if taken is not None:
                both = os.path.commonprefix([taken.operators, change.operators])
                if both and both[-1][1].startswith("aten::"):
                    taken.giver_back = both[-1][1]
    highest, at_peak, held = 0, [], {}
    for change in changes:
        if change.size > 0:
            held[change.pointer] = change
            if change.total > highest:
                highest = change.total
                at_peak = [taken for taken in held.values() if taken.giver_back]
        else:
            held.pop(change.pointer, None)
    return highest, at_peak


def trace(run, optimizer, results, rows, totals, witness):
    """Trains and records one network."""
    import torch

    from headroom.measuring import Trial

    who = (run.model, run.batch, run.precision, run.optimizer)
    name = "-".join(map(str, who)).replace("=", "").replace(",", "-")
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    trial = Trial(run)
    note = ""
    config = results / "traces" / f"{run.model}-{run.precision}.json"
    if not config.exists():
        try:
            config.write_text(json.dumps(trial.layer_config()), encoding="utf-8")
        except Exception as reason:  # noted; what is measured counts all the same
            note = f"no layer config: {reason}"
    for _ in range(STEPS):
        trial.step()
    torch.cuda.synchronize()
    allocated, reserved = torch.cuda.max_memory_allocated(), torch.cuda.max_memory_reserved()
    process = witness.processes().get(os.getpid(), "") if witness else ""
    changes = recorded(trial.step)
    highest, at_peak = peak_of(changes)
    rows.writerow(
        (
            *who,
            before,
            allocated,
            reserved,
            process,
            highest,
            sum(taken.size for taken in at_peak),
            " ".join(f"{taken.path}:{taken.size}" for taken in at_peak),
            note,
        )
    )
    by_operator = collections.defaultdict(list)
    for change in changes:
        if change.giver_back:
            by_operator[change.giver_back].append(change.size)
    for operator, sizes in sorted(by_operator.items()):
        held = sum(taken.size for taken in at_peak if taken.giver_back == operator)
        totals.writerow((*who, operator, len(sizes), max(sizes), sum(sizes), held))
    with gzip.open(results / "traces" / f"{name}.csv.gz", "wt", encoding="utf-8") as file:
        for change in changes:
            file.write(f"{change.size},{change.pointer:x},{change.total},{change.path}\n")


def runs(device):
    """All runs of networks.py, the most telling ones first."""
    from headroom.measuring import Run

    return [
        Run(network, int(batch), precision, optimizer, (), STEPS, device)
        for networks, batch, precision, optimizer in ROUNDS
        for network in networks
    ]


def work(results, device, worker):
    """Every fourth run, in this process."""
    import torch

    if not torch.cuda.is_available():
        print("PyTorch sees no GPU here", file=sys.stderr)
        return 2
    torch.cuda.set_device(device)
    try:
        witness = driver.Nvml(device)
    except Exception as error:  # whatever the driver's binding may raise
        print("processes are not asked of the driver:", error)
        witness = None
    failed = 0
    with (
        open(results / f"traced-{worker}.csv", "w", newline="", encoding="utf-8") as peaks,
        open(results / f"temporaries-{worker}.csv", "w", newline="", encoding="utf-8") as sums,
    ):
        csv.writer(peaks).writerow(TRACED)
        csv.writer(sums).writerow(TEMPORARIES)
        for run in runs(device)[worker::WORKERS]:
            try:
                trace(run, run.optimizer, results, csv.writer(peaks), csv.writer(sums), witness)
                print(f"{run.network} at batch {run.batch}, {run.precision}", flush=True)
            except Exception as error:
                failed += 1
                print(f"{run.network} at batch {run.batch}, {run.precision}: {error}", flush=True)
            peaks.flush()
            sums.flush()
            gc.collect()
            torch._C._cuda_clearCublasWorkspaces()
            torch.cuda.empty_cache()
    return 2 if failed else 0


def main(results, device=0):
    (results / "traces").mkdir(parents=True, exist_ok=True)
    workers = [
        subprocess.Popen([sys.executable, __file__, str(results), str(device), str(worker)])
        for worker in range(WORKERS)
    ]
    return max(worker.wait() for worker in workers)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        sys.exit(work(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
    sys.exit(main(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:3])))
