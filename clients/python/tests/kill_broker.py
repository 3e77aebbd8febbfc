"""Does a broker that dies cost the job anything? ``python tests/kill_broker.py [--pairs 5] [--steps 200]``

Trains the example in pairs, with a real broker that stays and with one that is killed in the middle. Prints the CPU
time of each training thread, the reporter's part of it, and the median ratio of the pairs. Exits with 1 where a loss
differs, or where the reporter's part differs by more than the bound of the whole. The ratio has no bound: it is
PyTorch's own time too, which varies by a tenth on a virtual machine. Wants ./headroom build, and a quiet machine.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from conftest import HERE, Broker

TOPICS = ("headroom.layer-configs", "headroom.memory-samples")


def trained(broker, killed, options):
    """The losses of a run, the CPU seconds of its training thread, and the reporter's among them."""
    job = subprocess.Popen(
        [sys.executable, HERE.parent / "examples/train_resnet18.py"]
        + [word for name in ("steps", "batch", "size") for word in (f"--{name}", str(getattr(options, name)))],
        env={**os.environ, "HEADROOM_KAFKA": broker.address, "HEADROOM_JOB": "job", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    losses = []
    for line in job.stdout:
        if line.startswith("step "):
            losses.append(line.split()[3])
            if killed and len(losses) == options.steps // 2:
                broker.kill()
        took = re.search(r"([\d.]+) s of this thread's CPU; of them ([\d.]+) ms for watching", line)
    said = job.stderr.read()
    if job.wait() or took is None:
        sys.exit(f"the example failed: {said}")
    if killed != ("broker" in said or "Kafka" in said):
        sys.exit(f"a killed broker is one warning, a living one none: {said}")
    return losses, float(took[1]), float(took[2]) / 1e3


def with_broker(killed, options):
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        broker.start()
        try:
            broker.create(TOPICS)
            return trained(broker, killed, options)
        finally:
            broker.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--bound", type=float, default=0.02)
    options = parser.parse_args()
    ratios, differences = [], []
    for pair in range(options.pairs):
        runs = {killed: with_broker(killed, options) for killed in ((False, True) if pair % 2 else (True, False))}
        if runs[False][0] != runs[True][0] or len(runs[True][0]) != options.steps:
            sys.exit("the losses differ")
        (_, whole, ours), (_, killed_whole, killed_ours) = runs[False], runs[True]
        ratios.append(killed_whole / whole)
        differences.append(abs(killed_ours - ours) / whole)
        print(
            f"pair {pair}: {whole:.2f} s, ours {ours:.3f} s; killed {killed_whole:.2f} s, ours {killed_ours:.3f} s;"
            f" ratio {ratios[-1]:.4f}",
            flush=True,
        )
    ratio = statistics.median(ratios)
    print(f"losses equal in {options.pairs} pairs; median ratio {ratio:.4f}, {min(ratios):.4f} to {max(ratios):.4f}")
    print(f"the reporter's part differs by at most {max(differences):.4%} of the whole")
    sys.exit(max(differences) > options.bound)


if __name__ == "__main__":
    main()
