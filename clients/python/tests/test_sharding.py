"""Jobs of several ranks whose parameters are spread over them."""

import importlib

import pytest
from torch import nn

FULLY_SHARDED = """
    import atexit, os, sys, torch, torch.distributed as distributed
    from torch import nn
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(16, 32), nn.Linear(32, 16)

        def forward(self, x):
            return x + self.b(torch.relu(self.a(x)))

    distributed.init_process_group("gloo")
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(8, 16), Block(), Block(), nn.Linear(16, 4))
    mesh = init_device_mesh("cpu", (2,))
    for module in (model[1], model[2], model):
        fully_shard(module, mesh=mesh)
    optimizer = torch.optim.AdamW(model.parameters())
    if sys.argv[1] == "watch":
        import headroom
        headroom.watch(model, optimizer)
    for step in range(5):
        torch.manual_seed(step + 10 * distributed.get_rank())
        loss = nn.functional.cross_entropy(model(torch.randn(6, 8)), torch.zeros(6, dtype=torch.long))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        sys.stdout.write(f"{distributed.get_rank()} {step} {loss.item()!r}\\n")
    distributed.destroy_process_group()
    # The end of a job, and Headroom's word of it, without Python's own: gloo's threads outlive their group where a
    # mesh holds it, and one that lets go of the last step's tensors while Python ends aborts the process.
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(0)
"""


@pytest.mark.skipif(
    not hasattr(importlib.import_module("torch.distributed.fsdp"), "fully_shard"),
    reason="this PyTorch spreads parameters over GPUs only",
)
def test_a_fully_sharded_job_trains_to_the_same_losses_and_is_described_whole(jobs):
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    alone, watched = (jobs.wait(jobs.start(FULLY_SHARDED, what, launcher=launcher), 300) for what in ("alone", "watch"))
    assert alone.status == 0, alone.err
    assert watched.status == 0, watched.err
    assert len(alone.out.splitlines()) == 10
    assert sorted(watched.out.splitlines()) == sorted(alone.out.splitlines())
    (config,) = watched.configs
    assert config["model"] == "Sequential"
    assert config["parallelism"] == {"strategy": "fsdp", "world_size": 2, "wrapped": ["1", "2"]}
    linear = [layer for layer in config["layers"] if layer["type"] == "linear"]
    assert [(layer["name"], layer["in_features"]) for layer in linear] == [
        ("0", 8), ("1.a", 16), ("1.b", 32), ("2.a", 16), ("2.b", 32), ("3", 16),
    ]  # fmt: skip
    ends = [it for it in watched.samples if it["phase"] == "ended"]
    assert sorted((it["rank"], it["outcome"]) for it in ends) == [(0, "completed"), (1, "completed")]
    # The root's parameters are whole between its forward and its backward pass, a block's while it runs or is next.
    whole = 4 * sum(p.numel() for n in (8, 16) for p in nn.Linear(n, 16 if n == 8 else 4).parameters())
    blocks = 4 * 2 * (16 * 32 + 32 + 32 * 16 + 16)
    moments = {root + blocks // 2 + gathered * blocks // 4 for root in (whole // 2, whole) for gathered in (0, 1, 2)}
    assert {it["categories"]["parameters"] for it in ends} <= moments
