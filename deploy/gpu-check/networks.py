#!/usr/bin/env python3
"""Measures networks by `headroom measure` of clients/python, the most telling ones first.

usage: networks.py RESULTS [DEVICE]

Writes RESULTS/measured.csv and RESULTS/measured-configs/. A stop on the way loses only what was not
measured yet.
"""

import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
REPORTER = HERE.parents[1] / "clients/python/src"
OWN = [f"{HERE / 'models.py'}:{name}" for name in ("resnet50_recomputed", "llama_small")]
TWELVE = [
    "torchvision:resnet50",
    "timm:vit_base_patch16_224",
    "torchvision:convnext_tiny",
    "torchvision:vgg16",
    "torchvision:mobilenet_v3_large",
    "timm:swin_tiny_patch4_window7_224",
    "torchvision:densenet121",
    "timm:efficientnet_b0",
    "torchvision:resnet18",
    "timm:mixer_b16_224",
    "timm:regnety_016",
    "timm:beit_base_patch16_224",
]
# Networks, batch sizes, and how they are trained.
ROUNDS = (
    (TWELVE[:4], "32", "float32", "sgd,momentum=0.9"),
    (OWN, "8", "autocast-bfloat16", "adamw"),
    (TWELVE[4:], "32", "float32", "sgd,momentum=0.9"),
    (TWELVE[:6], "32", "autocast-bfloat16", "adamw"),
    (OWN, "8", "float32", "sgd,momentum=0.9"),
    (TWELVE, "8", "float32", "sgd,momentum=0.9"),
    (TWELVE[6:], "32", "autocast-bfloat16", "adamw"),
    (TWELVE, "8", "autocast-bfloat16", "adamw"),
)


def headroom(*arguments):
    """Runs a command of clients/python in this process; gives its exit status.

    All commands of a process share the imports of the first one.
    """
    if str(REPORTER) not in sys.path:
        sys.path.insert(0, str(REPORTER))
        # What the command starts imports from there, too.
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(REPORTER), os.environ.get("PYTHONPATH", "")]))
    from headroom.cli import main

    return main(arguments)


def main(results, device=0):
    statuses = set()
    for networks, batches, precision, optimizer in ROUNDS:
        options = ["--batches", batches, "--precision", precision, "--optimizer", optimizer]
        options += ["--device", str(device), "--timeout", "60"]
        options += ["--out", str(results / "measured.csv")]
        statuses.add(headroom("measure", *networks, *options))
    return max(statuses)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:3])))
