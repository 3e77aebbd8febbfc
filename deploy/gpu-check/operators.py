#!/usr/bin/env python3
"""What the allocator's own trace says that operators take: results, temporaries, workspaces.

usage: operators.py RESULTS [DEVICE]

For each operator, forward and backward apart, writes to RESULTS/operators.csv
`operator,dtype,shape,pass,allocated_bytes,left_bytes,peak_bytes,allocations`:
the sum of all requests, what is still held after the pass, the highest point above the start (both
by `torch.cuda.memory_allocated`, so rounded up to 512 as the allocator does), and the size of each
request in order, as PyTorch recorded it. A cuDNN or cuBLAS workspace is one of those requests.
An operator that fails gets a row that says why; the others go on.
"""

import csv
import os
import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F

COLUMNS = (
    "operator",
    "dtype",
    "shape",
    "pass",
    "allocated_bytes",
    "left_bytes",
    "peak_bytes",
    "allocations",
)
HALF, SINGLE = torch.bfloat16, torch.float32


def attention(backend):
    def run(q):
        from torch.nn.attention import SDPBackend, sdpa_kernel

        with sdpa_kernel(getattr(SDPBackend, backend)):
            return F.scaled_dot_product_attention(q, q, q)

    return run


def causal(q):
    return F.scaled_dot_product_attention(q, q, q, is_causal=True)


def masked(q):
    mask = torch.zeros(q.shape[-2], q.shape[-2], device=q.device, dtype=q.dtype)
    return F.scaled_dot_product_attention(q, q, q, attn_mask=mask, dropout_p=0.1)


def heads(x):
    made = nn.MultiheadAttention(x.shape[-1], 16, batch_first=True).to(x.device, x.dtype)
    return lambda value: made(value, value, value)[0]


def recurrent(kind, layers=1, **options):
    """A recurrent module of cuDNN; it keeps a reserve from forward to backward."""

    def make(x):
        module = kind(x.shape[-1], 512, num_layers=layers, batch_first=True, **options)
        module = module.to(x.device, x.dtype)
        module.flatten_parameters()
        return lambda value: module(value)[0]

    return make


def module(kind, *arguments, **options):
    def make(x):
        made = kind(*arguments, **options).to(x.device, x.dtype)
        return made

    return make


def function(call):
    return lambda x: call


def bag(x):
    table = nn.EmbeddingBag(10000, 64).to(x.device, x.dtype)
    ids = torch.randint(0, 10000, x.shape, device=x.device)
    return lambda value: table(ids, per_sample_weights=None) + value[:, :64]


IMAGE, TOKENS, HEADS = (32, 64, 56, 56), (8, 1024, 1024), (8, 16, 1024, 64)

# name, what makes the operator for an input, shape of the input, formats
CASES = (
    ("softmax", function(lambda x: x.softmax(-1)), (64, 1024, 1024), (SINGLE, HALF)),
    ("softmax of 4097", function(lambda x: x.softmax(-1)), (64, 512, 4097), (SINGLE,)),
    ("softmax over channels", function(lambda x: x.softmax(1)), IMAGE, (SINGLE,)),
    ("log_softmax", function(lambda x: x.log_softmax(-1)), (4096, 32000), (SINGLE, HALF)),
    ("attention flash", function(attention("FLASH_ATTENTION")), HEADS, (HALF,)),
    ("attention efficient", function(attention("EFFICIENT_ATTENTION")), HEADS, (SINGLE, HALF)),
    ("attention cudnn", function(attention("CUDNN_ATTENTION")), HEADS, (HALF,)),
    ("attention math", function(attention("MATH")), HEADS, (SINGLE, HALF)),
    ("attention chosen, causal", function(causal), HEADS, (SINGLE, HALF)),
    ("attention with mask and dropout", function(masked), HEADS, (SINGLE, HALF)),
    ("multi-head attention", heads, TOKENS, (SINGLE, HALF)),
    ("attention of heads of 20", function(attention("FLASH_ATTENTION")), (8, 16, 256, 20), (HALF,)),
    ("LSTM", recurrent(nn.LSTM), (32, 128, 512), (SINGLE, HALF)),
    ("LSTM of 2 layers, dropout", recurrent(nn.LSTM, 2, dropout=0.1), (32, 128, 512), (SINGLE,)),
    (
        "LSTM, bidirectional",
        recurrent(nn.LSTM, bidirectional=True),
        (32, 128, 512),
        (SINGLE,),
    ),
    ("GRU", recurrent(nn.GRU), (32, 128, 512), (SINGLE,)),
    ("RNN", recurrent(nn.RNN), (32, 128, 512), (SINGLE,)),
    ("linear", module(nn.Linear, 1024, 4096), TOKENS, (SINGLE, HALF)),
    ("conv 3x3", module(nn.Conv2d, 64, 64, 3, padding=1), IMAGE, (SINGLE, HALF)),
    ("conv 1x1", module(nn.Conv2d, 64, 256, 1), IMAGE, (SINGLE, HALF)),
    ("conv 7x7 stride 2", module(nn.Conv2d, 3, 64, 7, 2, 3), (32, 3, 224, 224), (SINGLE, HALF)),
    ("conv depthwise", module(nn.Conv2d, 64, 64, 3, 1, 1, 1, 64), IMAGE, (SINGLE,)),
    (
        "conv, circular padding",
        module(nn.Conv2d, 64, 64, 3, 1, 1, padding_mode="circular"),
        IMAGE,
        (SINGLE,),
    ),
    (
        "conv, reflect padding",
        module(nn.Conv2d, 64, 64, 3, 1, 1, padding_mode="reflect"),
        IMAGE,
        (SINGLE,),
    ),
    ("transposed conv", module(nn.ConvTranspose2d, 64, 64, 2, 2), IMAGE, (SINGLE,)),
    ("batch norm", module(nn.BatchNorm2d, 64), IMAGE, (SINGLE, HALF)),
    ("group norm", module(nn.GroupNorm, 8, 64), IMAGE, (SINGLE,)),
    ("instance norm", module(nn.InstanceNorm2d, 64), IMAGE, (SINGLE,)),
    ("layer norm", module(nn.LayerNorm, 1024), TOKENS, (SINGLE, HALF)),
    ("rms norm", module(nn.RMSNorm, 1024), TOKENS, (SINGLE, HALF)),
    ("max pool", module(nn.MaxPool2d, 3, 2, 1), IMAGE, (SINGLE,)),
    ("adaptive average pool", module(nn.AdaptiveAvgPool2d, 7), IMAGE, (SINGLE,)),
    ("bilinear upsampling", module(nn.Upsample, None, 2, "bilinear"), IMAGE, (SINGLE,)),
    ("gelu", module(nn.GELU), TOKENS, (SINGLE,)),
    ("silu", module(nn.SiLU), TOKENS, (SINGLE,)),
    ("dropout", function(lambda x: F.dropout(x, 0.1)), TOKENS, (SINGLE, HALF)),
    ("masked fill", function(lambda x: x.masked_fill(x > 0, 0.0)), TOKENS, (SINGLE,)),
    ("batched product", function(lambda x: x @ x.transpose(1, 2)), TOKENS, (SINGLE, HALF)),
    ("conv 1d", module(nn.Conv1d, 1024, 1024, 3, padding=1), TOKENS, (SINGLE,)),
    ("conv 3d", module(nn.Conv3d, 16, 32, 3, padding=1), (4, 16, 16, 56, 56), (SINGLE,)),
    ("conv dilated", module(nn.Conv2d, 64, 64, 3, 1, 2, 2), IMAGE, (SINGLE,)),
    ("conv of groups", module(nn.Conv2d, 64, 64, 3, 1, 1, 1, 4), IMAGE, (SINGLE, HALF)),
    ("average pool", module(nn.AvgPool2d, 2), IMAGE, (SINGLE,)),
    ("bicubic upsampling", module(nn.Upsample, None, 2, "bicubic"), IMAGE, (SINGLE,)),
    ("embedding bag", bag, (64, 512), (SINGLE,)),
    ("gather", function(lambda x: x.gather(1, x.argsort(1))), (64, 4096), (SINGLE,)),
    ("topk", function(lambda x: x.topk(8).values), (64, 4096), (SINGLE,)),
    ("norm", function(lambda x: x.norm()), TOKENS, (SINGLE,)),
    ("cumsum", function(lambda x: x.cumsum(-1)), TOKENS, (SINGLE,)),
    ("sum over tokens", function(lambda x: x.sum((0, 1))), TOKENS, (SINGLE,)),
    ("variance", function(lambda x: x.var(-1)), TOKENS, (SINGLE,)),
    ("index", function(lambda x: x[:, torch.randperm(x.shape[1])]), TOKENS, (SINGLE,)),
    ("sort", function(lambda x: x.sort(-1).values), (64, 4096), (SINGLE,)),
)


class Measure:
    """The allocator's word on everything that a call requests."""

    def __init__(self, device):
        self.device = device

    def __call__(self, call):
        """Runs a call; gives its result and the figures of `COLUMNS` from `allocated_bytes` on."""
        memory = torch.cuda.memory
        torch.cuda.synchronize(self.device)
        before = memory.memory_allocated(self.device)
        memory.reset_peak_memory_stats(self.device)
        memory._record_memory_history(enabled="all", context=None, stacks="python")
        try:
            result = call()
            torch.cuda.synchronize(self.device)
            traces = memory._snapshot(self.device)["device_traces"][self.device]
        finally:
            memory._record_memory_history(enabled=None)
        sizes = [entry["size"] for entry in traces if entry["action"] == "alloc"]
        left = memory.memory_allocated(self.device) - before
        peak = memory.max_memory_allocated(self.device) - before
        return result, (sum(sizes), left, peak, " ".join(map(str, sizes)))


def passes(measure, make, shape, dtype, device):
    """Measures forward and backward of one operator, warm: the second of two steps."""
    x = torch.randn(shape, device=device, dtype=dtype, requires_grad=True)
    operator = make(x)
    operator(x).sum().backward()
    x.grad = None
    y, forward = measure(lambda: operator(x))
    yield "forward", forward
    gradient = torch.ones_like(y)
    _, backward = measure(lambda: torch.autograd.backward(y, gradient))
    yield "backward", backward


def losses_and_steps(measure, device):
    """What has no single input of floats: embedding, cross entropy, optimizers' steps."""
    ids = torch.randint(0, 32000, (8, 1024), device=device)
    table = nn.Embedding(32000, 1024, device=device)
    table(ids).sum().backward()
    table.weight.grad = None
    y, forward = measure(lambda: table(ids))
    yield "embedding", SINGLE, ids.shape, "forward", forward
    gradient = torch.ones_like(y)
    _, backward = measure(lambda: y.backward(gradient))
    yield "embedding", SINGLE, ids.shape, "backward", backward
    for dtype in (SINGLE, HALF):
        logits = torch.randn(8192, 32000, device=device, dtype=dtype, requires_grad=True)
        targets = torch.randint(0, 32000, (8192,), device=device)
        loss, forward = measure(lambda x=logits, t=targets: F.cross_entropy(x, t))
        yield "cross entropy", dtype, logits.shape, "forward", forward
        _, backward = measure(lambda value=loss: value.backward())
        yield "cross entropy", dtype, logits.shape, "backward", backward
    for name, options in (
        ("foreach", {"foreach": True}),
        ("fused", {"fused": True}),
        ("for_loop", {"foreach": False}),
    ):
        weights = [nn.Parameter(torch.randn(1024, 1024, device=device)) for _ in range(8)]
        optimizer = torch.optim.Adam(weights, **options)
        for weight in weights:
            weight.grad = torch.ones_like(weight)
        optimizer.step()
        _, step = measure(optimizer.step)
        yield f"Adam, {name}", SINGLE, (8, 1024, 1024), "step", step


def write(rows, operator, dtype, shape, direction, figures):
    shown = "x".join(map(str, shape))
    rows.writerow((operator, str(dtype).removeprefix("torch."), shown, direction, *figures))


def main(results, device=0):
    if not torch.cuda.is_available():
        print("PyTorch sees no GPU here", file=sys.stderr)
        return 2
    torch.cuda.set_device(device)
    measure = Measure(device)
    failed = 0
    with open(results / "operators.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for name, make, shape, dtypes in CASES:
            for dtype in dtypes:
                try:
                    for direction, figures in passes(measure, make, shape, dtype, device):
                        write(rows, name, dtype, shape, direction, figures)
                except Exception as error:
                    failed += 1
                    why = str(error).split("\n")[0]
                    write(rows, name, dtype, shape, "failed", ("", "", "", why))
                torch.cuda.empty_cache()
                file.flush()
        try:
            for row in losses_and_steps(measure, device):
                write(rows, *row)
        except Exception as error:
            failed += 1
            write(rows, "losses and steps", SINGLE, (), "failed", ("", "", "", str(error)))
    print(f"{len(CASES)} operators and the losses and steps; {failed} failed")
    print("torch", torch.__version__, "cuDNN", torch.backends.cudnn.version())
    print("PYTORCH_CUDA_ALLOC_CONF", os.environ.get("PYTORCH_CUDA_ALLOC_CONF", ""))
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:3])))
