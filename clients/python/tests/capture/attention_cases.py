"""Attentions of many kinds, and the operators that each runs.

``python attention_cases.py FILE`` adds those of the GPU here. Any CUDA device will do, also one that only says its
compute capability: no kernel runs.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode


class Case(NamedTuple):
    """One attention: sizes, its mask's kind, and whether it trains."""

    dtype: torch.dtype
    head: int = 64
    value_head: int = 64
    heads: int = 4
    key_heads: int = 4
    length: int = 24
    key_length: int = 24
    mask: str | None = None
    causal: bool = False
    dropout: float = 0.0
    trains: bool = True


def cases() -> Iterator[Case]:
    kinds: tuple[dict[str, Any], ...] = (
        {}, {"causal": True}, {"dropout": 0.1}, {"dropout": 0.125}, {"mask": "same"}, {"mask": "trained"},
        {"mask": "bool", "trains": False}, {"mask": "bool", "dropout": 0.1}, {"mask": "keys"}, {"mask": "float32"},
    )  # fmt: skip
    for dtype, head in product((torch.float32, torch.float16, torch.bfloat16), (16, 20, 64, 192, 208, 256, 300)):
        for kind in kinds:
            yield Case(dtype, head, head, **kind)
    for dtype in (torch.float32, torch.float16):
        yield Case(dtype, heads=8, key_heads=2)
        yield Case(dtype, heads=8, key_heads=1, causal=True)
        yield Case(dtype, heads=8, key_heads=2, mask="bool")
        yield Case(dtype, value_head=32)
        yield Case(dtype, key_length=17)
        yield Case(dtype, key_length=17, causal=True)
        yield Case(dtype, key_length=17, mask="bool")
        yield Case(dtype, length=1, key_length=17, trains=False)


class _Names(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func._schema.name.split("::")[1]
        if func.namespace == "aten" and name != "detach":
            self.names.append(name)
        return func(*args, **(kwargs or {}))


def operators(case: Case) -> str:
    """The operators of an attention, and the node that autograd keeps for it; call it within a fake mode."""

    def tensor(*shape: int, dtype: torch.dtype = case.dtype, grad: bool = case.trains) -> torch.Tensor:
        return torch.empty(shape, dtype=dtype, device="cuda", requires_grad=grad)

    query = tensor(2, case.heads, case.length, case.head)
    key = tensor(2, case.key_heads, case.key_length, case.head)
    value = tensor(2, case.key_heads, case.key_length, case.value_head)
    square = (case.length, case.key_length)
    mask = {
        None: lambda: None,
        "same": lambda: tensor(*square, grad=False),
        "trained": lambda: tensor(*square, grad=True),
        "float32": lambda: tensor(*square, dtype=torch.float32, grad=False),
        "bool": lambda: tensor(*square, dtype=torch.bool, grad=False),
        "keys": lambda: tensor(2, 1, 1, case.key_length, dtype=torch.bool, grad=False),
    }[case.mask]()
    grouped = case.heads != case.key_heads
    with _Names() as seen:
        try:
            out = F.scaled_dot_product_attention(query, key, value, mask, case.dropout, case.causal, enable_gqa=grouped)
        except RuntimeError as failure:
            return type(failure).__name__
    return " ".join([*seen.names, str(type(out.grad_fn).__name__), *map(str, out.stride())])


def main(path: Path) -> None:
    warnings.filterwarnings("ignore")
    known = json.loads(path.read_text()) if path.exists() else {}
    with FakeTensorMode():
        known[".".join(map(str, torch.cuda.get_device_capability()))] = [operators(case) for case in cases()]
    path.write_text(json.dumps(known, indent=0) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
