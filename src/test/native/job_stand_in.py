#!/usr/bin/env python3
"""A training job on the stand-in's GPU, as job.py of deploy/gpu-check is one on a real GPU: it holds
memory by hold_stand_in.py, and writes records as the reporter does.

usage: job_stand_in.py DEVICE SECONDS
"""

import json
import os
import pathlib
import subprocess
import sys
import time

MIB = 1024 * 1024
HELD = 2048 * MIB


def sample(step, **more):
    script = pathlib.Path(os.environ["STAND_IN_SCRIPT"])
    gpus = [line.split() for line in script.read_text("utf-8").splitlines()]
    gpu = next(line for line in gpus if line[0] == "gpu")
    return {
        "schema": "headroom/memory-sample/1",
        "job": os.environ["HEADROOM_JOB"],
        "gpu": gpu[1],
        "step": step,
        "device_used_bytes": int(gpu[4]),
        "allocated_bytes": HELD - 100 * MIB,
        "reserved_bytes": HELD,
        "categories": {"parameters": 97 * MIB, "input_data": 18 * MIB},
        **more,
    }


def main():
    device, seconds = sys.argv[1], float(sys.argv[2])
    hold = pathlib.Path(__file__).with_name("hold_stand_in.py")
    holder = subprocess.Popen(
        [sys.executable, str(hold), device, str(HELD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    pid = holder.stdout.readline().split()[1]
    print("training", pid, flush=True)
    to = os.environ["HEADROOM_TO"].removeprefix("file:")
    with open(to, "w", encoding="utf-8") as records:

        def write(topic, value):
            record = {"topic": f"headroom.{topic}", "key": value["job"], "value": value}
            records.write(json.dumps(record) + "\n")
            records.flush()

        write("layer-configs", {"job": os.environ["HEADROOM_JOB"]})
        for step in range(int(seconds)):
            write("memory-samples", sample(step))
            time.sleep(1)
        write("memory-samples", sample(int(seconds), outcome="completed"))
    holder.stdin.close()
    holder.wait()
    said = sample(0)
    print(
        json.dumps(
            {
                "steps": int(seconds),
                "allocated": said["allocated_bytes"],
                "reserved": said["reserved_bytes"],
                "parameters": said["categories"]["parameters"],
                "images": said["categories"]["input_data"],
                "errors": 0,
            }
        ),
        flush=True,
    )


main()
