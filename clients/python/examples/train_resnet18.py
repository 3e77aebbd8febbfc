"""Trains a ResNet-18 on synthetic pictures, on a GPU if there is one, and lets Headroom watch.

    HEADROOM_KAFKA=127.0.0.1:9092 python examples/train_resnet18.py

The two lines that matter are marked.
"""

import argparse
import time

import torch
import torchvision

import headroom  # 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=224)
    options = parser.parse_args()

    torch.manual_seed(7)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = torchvision.models.resnet18(num_classes=10).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    criterion = torch.nn.CrossEntropyLoss()

    reporter = headroom.watch(model, optimizer)  # 2

    start, thread = time.perf_counter(), time.thread_time()
    for step in range(options.steps):
        images = torch.randn(options.batch, 3, options.size, options.size, device=device)
        labels = torch.randint(0, 10, (options.batch,), device=device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        print(f"step {step} loss {loss.item():.6f}", flush=True)
    print(
        f"{options.steps} steps in {time.perf_counter() - start:.1f} s, "
        f"{time.thread_time() - thread:.2f} s of this thread's CPU; of them "
        f"{reporter.training_thread_seconds * 1e3:.1f} ms for watching and "
        f"{reporter.capture_seconds:.2f} s once for the layer config"
    )


if __name__ == "__main__":
    main()
