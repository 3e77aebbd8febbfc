#!/usr/bin/env python3
"""Trains a ResNet-50 with the reporter, and prints what PyTorch says of its own allocator.

usage: job.py DEVICE SECONDS

The reporter reads its settings from the environment. Prints "training PID" when it begins and one JSON object at
the end.
"""

import json
import os
import sys
import time

from networks import REPORTER

sys.path.insert(0, str(REPORTER))


def main(device, seconds):
    import torch
    import torchvision

    import headroom

    torch.cuda.set_device(device)
    model = torchvision.models.resnet50().cuda()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    images = torch.randn(32, 3, 224, 224, device="cuda")
    labels = torch.zeros(32, dtype=torch.long, device="cuda")
    reporter = headroom.watch(model, optimizer)
    print("training", os.getpid(), flush=True)
    end = time.monotonic() + seconds
    steps = 0
    while time.monotonic() < end:
        optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
        torch.cuda.synchronize()
        steps += 1
    # What the reporter reset between its messages is seen here all the same.
    allocated = torch.cuda.max_memory_allocated()
    reserved = torch.cuda.max_memory_reserved()
    rest = torch.cuda.memory_allocated()
    held = [*model.parameters(), *model.buffers()]
    reporter.close()
    print(
        json.dumps(
            {
                "steps": steps,
                "allocated": allocated,
                "reserved": reserved,
                "rest": rest,
                "parameters": sum(tensor.nbytes for tensor in held),
                "images": images.nbytes,
                "errors": reporter.errors,
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
