"""Compares captured configs with PyTorch's own figures: ``python proof.py FOLDER [NAME …]``.

FOLDER holds for each network ``NAME.pytorch.json`` (what PyTorch held, run by run) and ``NAME.layer-config.json`` (its
config by another way). Each network is made, captured and predicted by ``./headroom predict`` in the set-up of every
run; a figure is right where it is PyTorch's, or the one that the other config gives. The networks are torchvision's,
timm's, or in the modules that the environment variable NETWORKS names (folders, separated by colons). Where saved bytes
are not PyTorch's, each opaque layer is named with the bytes that it saves.

The small transformers, from the root of the project, with the stand-in of ``tests/standin/build.sh``:

    LD_PRELOAD=$PWD/libstandin.so python src/test/rig/measure.py FOLDER src/test/rig/transformers.txt
    NETWORKS=src/test/rig python clients/python/tests/capture/proof.py FOLDER
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from headroom.capture import CaptureError, capture

HEADROOM = Path(os.environ.get("HEADROOM", Path(__file__).parents[4] / "headroom"))
FIGURES = {
    "parameters": ("parameters",),
    "parameter_bytes": ("parameter_bytes",),
    "buffer_bytes": ("buffer_bytes",),
    "gradient_bytes": ("gradient_bytes",),
    "optimizer_state_bytes": ("optimizer_state_bytes",),
    "saved_bytes": ("saved_bytes",),
    "after_forward_bytes": ("after_forward_bytes",),
    "tensor_peak_bytes": ("peak", "tensor_bytes"),
    "replayed_allocated_peak_bytes": ("peak", "allocated_bytes"),
    "reserved_peak_bytes": ("peak", "reserved_bytes"),
}
"""PyTorch's word for a figure, and where the prediction has it."""


@dataclass(frozen=True)
class Row:
    """One figure of one run: PyTorch's, that of the other config, and ours."""

    network: str
    run: int
    figure: str
    pytorch: int
    other: int | None
    ours: int | None

    @property
    def right(self) -> bool:
        """Equal to the other config's, or nearer to PyTorch's."""
        if self.ours is None:
            return False
        if self.other is None:
            return self.ours == self.pytorch
        return self.ours == self.other or abs(self.ours - self.pytorch) < abs(self.other - self.pytorch)


def made(name: str, source: str) -> tuple[torch.nn.Module, torch.dtype]:
    """A network by its name, and the format of its input."""
    for folder in filter(None, os.environ.get("NETWORKS", "").split(":")):
        if folder not in sys.path:
            sys.path.append(folder)
    for module in ("nets", "zoo", "language"):
        try:
            networks = importlib.import_module(module)
        except ImportError:
            continue
        if hasattr(networks, "BUILDERS"):
            variant = name.replace("_checkpointed", "+checkpointed").replace("_lora", "+lora")
            if variant.partition("+")[0] not in networks.BUILDERS:
                continue
            make, _ = networks.maker(variant)
            return make(), getattr(make, "input_dtype", torch.float32)
        if name in getattr(networks, "INPUT", networks.SHAPES) or ("own" in source and hasattr(networks, name)):
            return getattr(networks, name)(), getattr(networks, "INPUT", {}).get(name, torch.float32)
        if hasattr(networks, name) and name not in ("torch", "nn"):
            return getattr(networks, name)(), torch.float32
    if source.startswith("torchvision"):
        return importlib.import_module("torchvision").models.get_model(name, weights=None), torch.float32
    return importlib.import_module("timm").create_model(name, pretrained=False), torch.float32


def predict(configs: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """The predictions of many files by one JVM; a file that cannot be predicted has none."""
    files = [str(path) for path in configs]
    own = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}  # the stand-in is for PyTorch
    command = [str(HEADROOM), "predict", "--json", *files]
    ran = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    if ran.stderr:
        print(ran.stderr.strip()[:2000], file=sys.stderr)
    return {Path(answer["file"]).name: answer for answer in map(json.loads, ran.stdout.splitlines())}


def figure(prediction: dict[str, Any] | None, path: tuple[str, ...]) -> int | None:
    value: Any = prediction
    for key in path:
        value = value.get(key) if value is not None else None
    return value


def compare(folder: Path, names: Iterable[str], make: Callable[..., Any] = made) -> list[Row]:
    """All figures of all runs of these networks."""
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        files, runs = [], []
        for name in names:
            truth = json.loads((folder / f"{name}.pytorch.json").read_text())
            other = json.loads((folder / f"{name}.layer-config.json").read_text())
            ours = captured(name, truth, make)
            for index, run in enumerate(truth["runs"]):
                runs.append((name, index, {**truth, **run}))
                for kind, config in (("other", other), ("ours", ours)):
                    path = Path(temporary) / f"{name}-{index}-{kind}.json"
                    if config is not None:
                        keep = {k: v for k, v in config.items() if k not in ("precision", "gradients", "checkpointing")}
                        path.write_text(json.dumps({**keep, **run["setup"]}))
                        files.append(path)
        predictions = predict(files)
        for name, index, run in runs:
            ours = Path(temporary) / f"{name}-{index}-ours.json"
            saved = figure(predictions.get(ours.name), FIGURES["saved_bytes"])
            if "saved_bytes" in run and saved != run["saved_bytes"] and ours.exists():
                print(
                    f"{name}: run {index} saves {saved} bytes, not {run['saved_bytes']}; {opaque(ours)}",
                    file=sys.stderr,
                )
            for word, path in FIGURES.items():
                if word in run:
                    other, ours = (
                        figure(predictions.get(f"{name}-{index}-{kind}.json"), path) for kind in ("other", "ours")
                    )
                    rows.append(Row(name, index, word, run[word], other, ours))
    return rows


def opaque(config: Path) -> str:
    """The opaque layers of a config, with the bytes that each saves beside its inputs and its output."""
    said = json.loads(config.read_text())
    layers = [layer for layer in said["layers"] if layer["type"] == "opaque"]
    saves = [
        (layer.get("saved_bytes_per_sample", 0) * said["batch_size"] + layer.get("saved_bytes", 0), layer["name"])
        for layer in layers
    ]
    return "opaque: " + (", ".join(f"{name} {n}" for n, name in saves) or "none")


def captured(name: str, truth: dict[str, Any], make: Callable[..., Any]) -> dict[str, Any] | None:
    """The config of a network, and on standard error how long it took."""
    model, dtype = make(name, truth["source"])
    began = time.monotonic()
    try:
        return capture(model, (torch.empty(4, *truth["input"], dtype=dtype, device="meta"),), job=name, name=name)
    except CaptureError as reason:
        print(f"{name}: {reason}", file=sys.stderr)
        return None
    finally:
        print(f"{name}: captured in {time.monotonic() - began:.1f} s", file=sys.stderr)


def table(rows: Iterable[Row]) -> str:
    """A line for each network: how many of its figures are right, equal to the other config's, equal to PyTorch's."""
    by_network: dict[str, list[Row]] = {}
    for row in rows:
        by_network.setdefault(row.network, []).append(row)
    lines = [f"{'network':34} figures right same pytorch  wrong"]
    for name, of in by_network.items():
        wrong = [f"{r.figure}[{r.run}] {r.ours} not {r.pytorch} ({r.other})" for r in of if not r.right]
        same, exact = sum(r.ours == r.other for r in of), sum(r.ours == r.pytorch for r in of)
        lines.append(f"{name:34} {len(of):7} {len(of) - len(wrong):5} {same:4} {exact:7}  {'; '.join(wrong[:3])}")
    everything = [r for of in by_network.values() for r in of]
    held = ("saved_bytes", "after_forward_bytes", "gradient_bytes", "optimizer_state_bytes")
    exact_of = {n: all(r.ours == r.pytorch for r in of if r.figure in held) for n, of in by_network.items()}
    lines.append(f"{', '.join(held)} are PyTorch's in all runs of {sum(exact_of.values())} networks; not of:")
    lines.append("  " + " ".join(n for n, exact in exact_of.items() if not exact))
    lines.append(
        f"{len(by_network)} networks, {len(everything)} figures: {sum(r.right for r in everything)} right, "
        f"{sum(r.ours == r.pytorch for r in everything)} PyTorch's"
    )
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    names = arguments[1:] or sorted(p.name.removesuffix(".pytorch.json") for p in folder.glob("*.pytorch.json"))
    rows = compare(folder, names)
    print(table(rows))
    return 0 if all(row.right for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
