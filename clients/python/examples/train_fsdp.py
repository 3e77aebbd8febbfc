"""A small transformer with fully sharded data parallelism on synthetic text, one rank a GPU.

    HEADROOM_KAFKA=127.0.0.1:9092 torchrun --standalone --nproc-per-node=8 examples/train_fsdp.py

Without GPUs, the ranks share the CPU. Call watch after fully_shard; the first rank describes the model whole.
"""

import argparse
import os

import torch
from torch import nn
from torch.distributed import destroy_process_group, init_process_group
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

import headroom


class Transformer(nn.Module):
    def __init__(self, words: int, width: int, blocks: int):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(width, 4, 4 * width, activation="gelu", batch_first=True, norm_first=True)
            for _ in range(blocks)
        )
        self.head = nn.Linear(width, words)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        x = self.embedding(text)
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--width", type=int, default=64)
    options = parser.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    init_process_group("nccl" if device == "cuda" else "gloo")
    model = Transformer(words=500, width=options.width, blocks=2).to(device)
    mesh = init_device_mesh(device, (int(os.environ["WORLD_SIZE"]),))
    for block in model.blocks:
        fully_shard(block, mesh=mesh)
    fully_shard(model, mesh=mesh)
    optimizer = torch.optim.AdamW(model.parameters())

    headroom.watch(model, optimizer)

    for _ in range(options.steps):
        text = torch.randint(0, 500, (8, 64), device=device)
        loss = nn.functional.cross_entropy(model(text).flatten(0, 1), text.flatten())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    destroy_process_group()


if __name__ == "__main__":
    main()
