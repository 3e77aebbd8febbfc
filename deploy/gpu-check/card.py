#!/usr/bin/env python3
"""Names and versions of what is checked: card, driver, CUDA, PyTorch, cuDNN.

usage: card.py RESULTS DEVICE

Writes RESULTS/card.csv.
"""

import pathlib
import platform
import sys

import driver
from findings import Findings


def run(results, device):
    with Findings("card", results / "card.csv") as findings:
        findings.record("python", platform.python_version(), "")
        witnesses, missing = driver.witnesses(device)
        for why in missing:
            findings.record("not found", "", "", why)
        for witness in witnesses:
            total, used = witness.memory()
            findings.record(f"total, {witness.name}", total, "bytes")
            findings.record(f"used before all, {witness.name}", used, "bytes")
        try:
            query = "name,driver_version,compute_cap,mig.mode.current"
            for name, value in zip(query.split(","), driver.smi(query, device)[0], strict=True):
                findings.record(name, value, "")
        except Exception as error:
            findings.record("nvidia-smi", "", "", str(error))
        try:
            import torch

            findings.record("torch", torch.__version__, "")
            findings.record("cuda of torch", torch.version.cuda, "")
            findings.record("cudnn", torch.backends.cudnn.version(), "")
            if torch.cuda.is_available():
                properties = torch.cuda.get_device_properties(device)
                findings.record("total memory by torch", properties.total_memory, "bytes")
        except ImportError as error:
            findings.record("torch", "", "", str(error))
        return 0 if witnesses else 2


if __name__ == "__main__":
    sys.exit(run(pathlib.Path(sys.argv[1]), int(sys.argv[2])))
