"""`headroom measure`, rehearsed on the stand-in CUDA runtime."""

import csv
import json
import os
import subprocess
import sys

from conftest import HERE

from headroom.measure import COLUMNS


def measure(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "headroom", "measure", "--out", folder / "m.csv", *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(HERE / "standin"),
            "HEADROOM_WITHOUT_KERNELS": "1",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=600,
    )


def rows(folder):
    with (folder / "m.csv").open() as table:
        return list(csv.DictReader(table))


def test_networks_are_measured_and_described(tmp_path, standin):
    wanted = ["torchvision:resnet18", "timm:no_such", "--batches", "2,8"]
    ended = measure(tmp_path, *wanted, **standin)
    assert ended.returncode == 1
    assert ended.stderr.count("timm has no network no_such") == 2
    small, large = rows(tmp_path)
    assert tuple(small) == COLUMNS
    assert large["gpu_model"] == "Stand-in (compute capability 8.0)"
    assert (large["model"], large["batch"], large["mode"]) == ("resnet18", "8", "training")
    # PyTorch's own figures for this run, by its allocator and without kernels; under a dispatch mode
    # autograd adds second gradients into new tensors, so a little more is seen here.
    allocated, reserved = (float(large[f"measured_peak_{size}_mib"]) * 2**20 for size in ("allocated", "reserved"))
    assert 0 <= allocated / 307_168_768 - 1 < 0.01
    assert 0 <= reserved / 408_944_640 - 1 < 0.01
    assert float(small["measured_peak_device_mib"]) >= float(small["measured_peak_reserved_mib"])
    config = json.loads((tmp_path / "m-configs/resnet18.json").read_text())
    assert config["optimizer"]["momentum"] == 0.9
    again = measure(tmp_path, "torchvision:resnet18", "--batches", "8", **standin)
    assert again.returncode == 0
    assert "already in" in again.stderr
    assert len(rows(tmp_path)) == 2


def test_what_does_not_fit_is_said_and_the_next_goes_on(tmp_path, standin):
    ended = measure(
        tmp_path,
        "torchvision:resnet18",
        "--batches",
        "64,2",
        "--precision",
        "autocast-bfloat16",
        **standin,
        STANDIN_BYTES=str(600 << 20),
    )
    assert ended.returncode == 1
    assert "resnet18 at batch 64: out of memory" in ended.stderr
    (row,) = rows(tmp_path)
    assert (row["batch"], row["precision"]) == ("2", "autocast-bfloat16")


def test_a_run_that_dies_hangs_or_prints_stops_no_other(tmp_path, standin):
    script = tmp_path / "nets.py"
    script.write_text(
        """
import os, signal, time, torch

def exits(): os._exit(7)
def killed(): os.kill(os.getpid(), signal.SIGKILL)
def hangs(): time.sleep(600)
def raises(): raise ValueError("no")

def prints():
    print("noise", flush=True)
    os.write(1, b"more noise\\n")
    return torch.nn.Linear(8, 8)

prints.headroom_inputs = ["8"]
"""
    )
    wanted = [f"{script}:{name}" for name in ("exits", "killed", "hangs", "raises", "prints")]
    ended = measure(tmp_path, *wanted, "--batches", "2", "--timeout", "10", **standin)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "exits at batch 2: its process ended with status 7 and no answer" in ended.stderr
    assert "killed at batch 2: its process ended with status -9 and no answer" in ended.stderr
    assert "hangs at batch 2: not done after 10 s" in ended.stderr
    assert "raises raised ValueError: no" in ended.stderr
    assert "noise\nmore noise\n" in ended.stderr
    (row,) = rows(tmp_path)
    # A weight of 256 bytes and a bias, each in a block of 512 bytes, are there at least.
    assert float(row["measured_peak_allocated_mib"]) * 2**20 >= 1024


def test_without_a_gpu_it_says_so(tmp_path):
    ended = measure(tmp_path, "torchvision:resnet18", "--batches", "2", CUDA_VISIBLE_DEVICES="")
    assert ended.returncode == 1
    assert ended.stderr == "headroom: torchvision:resnet18 at batch 2: PyTorch sees no GPU here\n"
