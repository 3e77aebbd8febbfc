#!/usr/bin/env python3
"""Holds bytes of the stand-in's GPU as hold.py does of a real one: it writes itself into the script
of the NVML stand-in, with a context of its own, and out of it again.

usage: hold_stand_in.py DEVICE BYTES
"""

import os
import pathlib
import sys

CONTEXT = 500 * 1024 * 1024
BLOCK = 2 * 1024 * 1024


def rewrite(script, change):
    lines = change([line.split() for line in script.read_text("utf-8").splitlines()])
    # Replaced in one step, so that nobody reads half of it.
    fresh = script.with_suffix(".next")
    fresh.write_text("".join(" ".join(map(str, line)) + "\n" for line in lines), "utf-8")
    fresh.replace(script)


def main():
    device, size = sys.argv[1], int(sys.argv[2])
    script = pathlib.Path(os.environ["STAND_IN_SCRIPT"])
    held = CONTEXT + -(-size // BLOCK) * BLOCK if size > 1 else CONTEXT
    pid = os.getpid()

    def use(lines, by):
        return [
            [*line[:4], int(line[4]) + by, *line[5:]]
            if line[0] == "gpu" and line[2] == device
            else line
            for line in lines
        ]

    def enter(lines):
        uuid = next(line[1] for line in lines if line[0] == "gpu" and line[2] == device)
        return [*use(lines, held), ["compute", uuid, pid, held]]

    rewrite(script, enter)
    print("holding", pid, size, flush=True)
    sys.stdin.read()
    rewrite(script, lambda lines: use([line for line in lines if str(pid) not in line], -held))


main()
