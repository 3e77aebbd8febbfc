"""The examples run, and what they report is what they train."""

import importlib
import os
import subprocess
import sys

import pytest
from conftest import HERE, missing, read_records


@pytest.mark.parametrize(
    ("example", "library", "steps", "accumulation", "optimizer"),
    [
        ("lightning", "lightning", 32, 1, "adamw"),
        ("transformers", "transformers", 24, 2, "adamw"),
        ("accelerate", "accelerate", 16, 2, "adamw"),
    ],
)
def test_an_example_reports_what_it_trains(tmp_path, example, library, steps, accumulation, optimizer):
    if subprocess.run([sys.executable, "-c", f"import {library}"], capture_output=True).returncode:
        missing(library)
    file = tmp_path / "run.jsonl"
    ended = subprocess.run(
        [sys.executable, HERE.parent / f"examples/train_{example}.py"],
        env={
            **os.environ,
            "HEADROOM_TO": f"file:{file}",
            "HEADROOM_JOB": "job",
            "HEADROOM_PERIOD": "0.05",
            "HF_HUB_OFFLINE": "1",
            "CUDA_VISIBLE_DEVICES": "",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    records = [record["value"] for record in read_records(file)]
    # On a slow machine it is published before the first step is over, and completed by it.
    config = [it for it in records if "batch_size" in it][-1]
    assert "unsupported" not in config
    assert config["gradients"] == {"set_to_none": True, "accumulation_steps": accumulation}
    assert config["optimizer"]["type"] == optimizer
    assert (records[-1]["phase"], records[-1]["outcome"]) == ("ended", "completed")
    assert records[-1]["step"] == steps


@pytest.mark.skipif(
    not hasattr(importlib.import_module("torch.distributed.fsdp"), "fully_shard"),
    reason="this PyTorch spreads parameters over GPUs only",
)
def test_the_sharded_example_reports_each_rank(tmp_path):
    ranks = 2
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}"]
    ended = subprocess.run(
        [*launcher, HERE.parent / "examples/train_fsdp.py", "--steps=5"],
        env={
            **os.environ,
            "HEADROOM_TO": f"file:{tmp_path}/{{rank}}.jsonl",
            "HEADROOM_JOB": "job",
            "CUDA_VISIBLE_DEVICES": "",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    records = [[record["value"] for record in read_records(tmp_path / f"{rank}.jsonl")] for rank in range(ranks)]
    (config,) = [it for of_rank in records for it in of_rank if "batch_size" in it]
    assert "unsupported" not in config
    assert config["parallelism"] == {"strategy": "fsdp", "world_size": ranks, "wrapped": ["blocks.0", "blocks.1"]}
    for rank, of_rank in enumerate(records):
        last = of_rank[-1]
        assert (last["rank"], last["step"], last["outcome"]) == (rank, 5, "completed")
