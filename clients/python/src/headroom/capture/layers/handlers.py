"""The operators that the contract has a type for.

Each handler makes a layer and answers True, or False where the operator is used in a way that the type does not cover.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from headroom.capture.layers.steps import VIEWS, Step
from headroom.capture.running.recorder import storage_of

_PARTS = {"split", "split_with_sizes", "chunk", "unbind"}
"""One node of the backward pass hands out all parts, and puts their gradients together."""

_ACTIVATIONS = {
    "relu": "relu", "hardtanh": "hardtanh", "silu": "silu", "gelu": "gelu", "sigmoid": "sigmoid", "tanh": "tanh",
    "hardswish": "hardswish", "hardsigmoid": "hardsigmoid", "leaky_relu": "leaky_relu", "elu": "elu", "mish": "mish",
    "softplus": "softplus",
}  # fmt: skip
_ARITHMETIC = {
    "add": "add", "add_": "add", "sub": "sub", "sub_": "sub", "rsub": "sub", "mul": "mul", "mul_": "mul",
    "div": "div", "div_": "div",
}  # fmt: skip
_BATCH_NORMS = {
    "cudnn_batch_norm", "native_batch_norm", "_native_batch_norm_legit", "_native_batch_norm_legit_functional",
    "_batch_norm_with_update", "_batch_norm_impl_index",
}  # fmt: skip


def _full(value: Sequence[int], dimensions: int) -> list[int]:
    return list(value) * dimensions if len(value) == 1 else list(value)


def _convolution(s: Step) -> bool:
    weight, groups, transposed = s["weight"], s["groups"], s["transposed"]
    n = weight.dim() - 2
    into, out = weight.shape[1] * groups, weight.shape[0]
    if transposed:
        into, out = weight.shape[0], weight.shape[1] * groups
    computed = {**s.computed("weight", "weight"), **s.computed("bias", "bias_from")}
    if "weight" in computed and groups % s.graph.batches.first == 0 and s.two.arguments["groups"] != groups:
        samples = s.graph.batches.first  # a weight for each sample: the batch is folded into the groups
        into, out, groups = into // samples, out // samples, groups // samples
    s.emit(
        f"conv{'_transpose' if transposed else ''}{n}d",
        s.one.module,
        [s["input"]],
        **computed,
        own=weight,
        in_channels=into,
        out_channels=out,
        kernel_size=list(weight.shape[2:]),
        stride=_full(s["stride"], n),
        padding=_full(s["padding"], n),
        dilation=_full(s["dilation"], n),
        groups=groups,
        bias=s["bias"] is not None and "bias_from" not in computed,
        output_padding=_full(s["output_padding"], n) if transposed else None,
    )
    return True


def _batch_norm(s: Step) -> bool:
    x, weight = s["input"], s["weight"]
    computed = s.computed("weight", "weight")
    s.emit(
        f"batch_norm{max(1, x.dim() - 2)}d",
        s.one.module,
        [x],
        **computed,
        own=weight,
        num_features=x.shape[1],
        affine=weight is not None and not computed,
        track_running_stats=s.one.arguments.get("running_mean") is not None,
    )
    return True


def _layer_norm(s: Step) -> bool:
    if s["weight"] is not None and not s.graph.is_parameter(s["weight"]):
        return False
    s.emit(
        "layer_norm",
        s.one.module,
        [s["input"]],
        own=s["weight"],
        normalized_shape=list(s["normalized_shape"]),
        elementwise_affine=s["weight"] is not None,
        bias=s["bias"] is not None,
    )
    return True


def _group_norm(s: Step) -> bool:
    if s["weight"] is not None and not s.graph.is_parameter(s["weight"]):
        return False
    s.emit(
        "group_norm",
        s.one.module,
        [s["input"]],
        own=s["weight"],
        num_groups=s["group"],
        num_channels=s["C"],
        affine=s["weight"] is not None,
    )
    return True


def _product(s: Step) -> bool:
    """A product with a weight is a linear layer, any other one a matmul."""
    biased = s.one.name == "addmm"
    weight = s["mat2"]
    if not s.graph.is_parameter(weight):
        if biased:
            return False
        s.emit("matmul", s.under("matmul"), [s["self"], weight])
        return True
    computed = s.computed("self", "bias_from") if biased else {}
    if biased and not computed and not s.graph.same_bias(weight, s["self"]):
        computed = {"bias_from": s.graph.source(s["self"])}  # a tied weight may have a bias of its own
    s.emit(
        "linear",
        s.one.module,
        [s["mat1"] if biased else s["self"]],
        own=weight,
        in_features=weight.shape[0],
        out_features=weight.shape[1],
        bias=biased and not computed,
        **computed,
    )
    return True


def _batched_product(s: Step) -> bool:
    s.emit("matmul", s.under("matmul"), [s["self"], s["mat2"]])
    return True


def _prelu(s: Step) -> bool:
    weight = s["weight"]
    s.emit("prelu", s.one.module, [s["self"]], own=weight, num_parameters=weight.numel())
    return True


def _activation(s: Step) -> bool:
    kind = _ACTIVATIONS[s.one.name.rstrip("_")]
    extra = {}
    if kind == "hardtanh":
        extra = {"min_val": s["min_val"], "max_val": s["max_val"]}
        if extra == {"min_val": 0, "max_val": 6}:
            kind, extra = "relu6", {}
    s.emit(kind, s.one.module, s.tensors[:1], inplace=s.inplace, **extra)
    return True


def _softmax(s: Step) -> bool:
    s.emit("softmax", s.one.module, s.tensors[:1], dim=s["dim"])
    return True


def _pool(kind: str) -> Callable[[Step], bool]:
    def handler(s: Step) -> bool:
        n = 3 if "3d" in s.one.name else 2
        kernel = _full(s["kernel_size"], n)
        s.emit(
            kind,
            s.one.module,
            s.tensors[:1],
            kernel_size=kernel,
            stride=_full(s["stride"], n) if s["stride"] else kernel,
            padding=_full(s["padding"], n),
            dilation=_full(s["dilation"], n) if kind == "max_pool" else None,
            ceil_mode=s["ceil_mode"],
        )
        return True

    return handler


def _embedding(s: Step) -> bool:
    weight = s["weight"]
    if not s.graph.is_parameter(weight):
        return False
    s.emit(
        "embedding",
        s.one.module,
        [s["indices"]],
        own=weight,
        num_embeddings=weight.shape[0],
        embedding_dim=weight.shape[1],
    )
    return True


def _adaptive_pool(s: Step) -> bool:
    s.emit("adaptive_avg_pool", s.one.module, s.tensors[:1], output_size=list(s["output_size"]))
    return True


def _batch_inside(s: Step) -> bool:
    """Whether the batch is not the first dimension of the first tensor, so that its shape keeps a factor for it."""
    value, other = s.tensors[0], s.others[0]
    return s.graph.batches.grows(value.shape, other.shape) and len(s.sample(value, other)) == value.dim()


def _mean(s: Step) -> bool:
    """Dimensions as a config counts them: from 1 behind the batch, which a shape leaves out where it comes first."""
    if s.one.arguments.get("dim") is None:
        return False
    inside = _batch_inside(s)
    dims = [d + 1 if inside and d >= 0 else d for d in s["dim"]]
    s.emit("mean", s.one.module, s.tensors[:1], dim=dims, keepdim=s["keepdim"])
    shape = s.sample(s.out, s.two.results[0])
    if inside and len(shape) < s.out.dim():  # the batch comes first again
        s.emit("reshape", s.under("reshape"), [s.out], shape=shape)
    return True


def _dropout(s: Step) -> bool:
    s.emit("dropout", s.one.module, [s["input"]], p=s["p"])
    return True


def _arithmetic(s: Step) -> bool:
    if s.one.name in ("mul", "mul_") and len(s.tensors) == 2:
        for index, factor in enumerate(s.tensors):
            if storage_of(factor) in s.graph.noise:
                return _dropped(s, factor, s.others[index], s.tensors[1 - index])
    kind = _ARITHMETIC[s.one.name]
    s.emit(kind, s.under(kind), s.tensors, inplace=s.inplace)
    return True


def _dropped(s: Step, factor: torch.Tensor, other: torch.Tensor, x: torch.Tensor) -> bool:
    whole = factor.numel() == x.numel()
    s.emit(
        "dropout" if whole else "stochastic_depth",
        s.one.module,
        [x],
        noise_shape=None if whole else s.sample(factor, other),
        inplace=s.inplace,
    )
    return True


def _concat(s: Step) -> bool:
    dim = s["dim"]
    tensors = [t for t in s["tensors"] if t.dim() == s.out.dim() or t.numel()]  # an empty list of numbers goes with all
    if dim < 0:
        dim += s.out.dim()
    folded = [t for t in tensors if t.dim() == s.out.dim() and t.shape[0] != s.graph.batches.first]
    shape = s.sample(s.out, s.two.results[0])
    s.emit(
        "concat",
        s.under("concat"),
        tensors,
        dim=dim,
        output_shape=shape if folded and len(shape) == s.out.dim() and dim > 0 else None,
    )
    return True


def _pad(s: Step) -> bool:
    s.emit("pad", s.under("pad"), s.tensors[:1], padding=list(s["pad"]))
    return True


def _copy(s: Step) -> bool:
    s.emit("contiguous", s.under("contiguous"), s.tensors[:1])
    return True


def _roll(s: Step) -> bool:
    s.emit("roll", s.under("roll"), s.tensors[:1])
    return True


def _same(s: Step) -> bool:
    s.graph.learn(s.out, s.graph.source(s.tensors[0]))
    return True


def _whole(s: Step) -> bool:
    """Whether it is a slice of everything: PyTorch before 2.5 makes one for each ``:``."""
    given = s.tensors[0]
    return s.one.name == "slice" and given.shape == s.out.shape and given.stride() == s.out.stride()


def _view(s: Step) -> bool:
    graph = s.graph
    if s.one.name == "detach" and s.tensors[0].requires_grad:
        graph.detach(s.out, s.tensors[0])
        return True
    if s.one.name in ("detach", "alias", "detach_") or _whole(s):
        return _same(s)
    source = graph.source(s.tensors[0])
    for out, other in zip(s.one.results, s.two.results):
        shape = s.sample(out, other)
        n, m = out.numel(), s.tensors[0].numel()
        if s.one.name in _PARTS and len(s.one.results) > 1:
            kind = "chunk"
        elif n < m and s.one.name != "expand":
            kind = "slice"
        elif n > m:
            kind = "expand"
        else:
            kind = "permute" if s.one.name in ("permute", "transpose", "t") else "reshape"
        name = graph.fresh(s.under(kind))
        if kind == "expand" or source in graph.expanded:
            graph.expanded.add(name)
        layer: dict[str, Any] = {"name": name, "type": kind, "inputs": [source], "shape": shape}
        graph.format(layer, out)
        if not graph.batches.grows(out.shape, other.shape):
            layer["batched"] = False
        graph.layers.append(layer)
        graph.learn(out, name)
    return True


def _attention(s: Step) -> bool:
    query, key = s.tensors[:2]
    bias = s.one.arguments.get("attn_bias")
    s.emit(
        "scaled_dot_product_attention",
        s.under("attention"),
        s.tensors[:3] + ([bias] if isinstance(bias, torch.Tensor) else []),
        backend=s.one.name.removeprefix("_scaled_dot_product_").removesuffix("_attention"),
        num_heads=query.shape[1],
        query_length=query.shape[2],
        key_length=key.shape[2],
        head_dim=query.shape[3],
        dropout_p=s.one.arguments.get("dropout_p"),
        is_causal=s.one.arguments.get("is_causal"),
    )
    return True


HANDLERS: dict[str, Callable[[Step], bool]] = {
    "convolution": _convolution,
    **dict.fromkeys(_BATCH_NORMS, _batch_norm),
    "native_layer_norm": _layer_norm,
    "native_group_norm": _group_norm,
    "addmm": _product,
    "mm": _product,
    "bmm": _batched_product,
    "_prelu_kernel": _prelu,
    **dict.fromkeys([*_ACTIVATIONS, *(f"{a}_" for a in _ACTIVATIONS)], _activation),
    "_softmax": _softmax,
    "max_pool2d_with_indices": _pool("max_pool"),
    "max_pool3d_with_indices": _pool("max_pool"),
    "avg_pool2d": _pool("avg_pool"),
    "avg_pool3d": _pool("avg_pool"),
    "_adaptive_avg_pool2d": _adaptive_pool,
    "_adaptive_avg_pool3d": _adaptive_pool,
    "embedding": _embedding,
    "mean": _mean,
    "native_dropout": _dropout,
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
    "cat": _concat,
    "as_strided_": _same,
    "constant_pad_nd": _pad,
    "clone": _copy,
    "contiguous": _copy,
    "_to_copy": _copy,
    "roll": _roll,
    **dict.fromkeys(VIEWS, _view),
    "_scaled_dot_product_efficient_attention": _attention,
    "_scaled_dot_product_flash_attention": _attention,
    "_scaled_dot_product_cudnn_attention": _attention,
}
