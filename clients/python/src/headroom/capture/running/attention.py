"""Which kernel CUDA would use for attention, also where there is no GPU to ask.

Source of the rules: PyTorch's ``aten/src/ATen/native/transformers/cuda/sdp_utils.cpp`` and ``attention.cpp``, compared
with PyTorch's own choice for compute capabilities 7.5 to 12.0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F

Capability = tuple[int, int]

DEFAULT: Capability = (8, 0)
"""The GPU where nobody says one."""

_HALVES = (torch.float16, torch.bfloat16)
_CUDNN_PREFERRED = 91500
"""From the cuDNN version after this one on, PyTorch asks it first, on Hopper and Blackwell data centre GPUs."""


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of one attention.

    Attributes:
        query: [batch, heads, length, head dim], as key and value.
        mask: added to, or chosen from, the products.
        dropout: probability.
        causal: whether a query sees only the keys before it.
        grouped: whether queries may have more heads than keys.
        capability: of the GPU.
    """

    query: torch.Tensor
    key: torch.Tensor
    value: torch.Tensor
    mask: torch.Tensor | None
    dropout: float
    causal: bool
    grouped: bool
    capability: Capability

    @property
    def trains(self) -> bool:
        return torch.is_grad_enabled() and any(t.requires_grad for t in (self.query, self.key, self.value))

    @property
    def half(self) -> bool:
        """Whether the kernels for halves take its numbers: bfloat16 from compute capability 8.0 on."""
        formats = {t.dtype for t in (self.query, self.key, self.value)}
        return len(formats) == 1 and formats <= set(_HALVES if self.capability >= (8, 0) else _HALVES[:1])

    @property
    def heads_match(self) -> bool:
        q, k, v = (t.shape[1] for t in (self.query, self.key, self.value))
        if self.grouped:
            return k == v and q % k == 0
        return bool(q == k == v)

    @property
    def dense(self) -> bool:
        """What flash attention and cuDNN need."""
        return self.fits and self.heads_match

    @property
    def fits(self) -> bool:
        """What all fused kernels need: four dimensions, equal batches, no empty sequence, the last dimension dense."""
        tensors = (self.query, self.key, self.value)
        return (
            all(t.dim() == 4 for t in tensors)
            and len({t.shape[0] for t in tensors}) == 1
            and all(t.shape[2] > 0 for t in tensors)
            and all(t.stride(-1) == 1 or t.shape[-1] == 1 for t in tensors)
        )


def backend(request: Request) -> str:
    """``cudnn``, ``flash``, ``efficient`` or ``math``: the first that is enabled and can."""
    cuda = torch.backends.cuda
    order: list[tuple[str, Callable[[], bool], Callable[[Request], bool]]] = [
        ("flash", cuda.flash_sdp_enabled, _flash),
        ("efficient", cuda.mem_efficient_sdp_enabled, _efficient),
    ]
    if _prefers_cudnn(request.capability):
        order.insert(0, ("cudnn", getattr(cuda, "cudnn_sdp_enabled", lambda: False), _cudnn))
    for name, enabled, can in order:
        if enabled() and can(request):
            return name
    return "math"


def _prefers_cudnn(capability: Capability) -> bool:
    return capability[0] in (9, 10) and (torch.backends.cudnn.version() or 0) > _CUDNN_PREFERRED


def _cudnn(r: Request) -> bool:
    lq, lk = (r.query.shape[2], r.key.shape[2]) if r.dense else (0, 0)
    dims = (r.query.shape[-1], r.value.shape[-1])
    if not r.dense or not r.half or any(d % 8 for d in dims) or lk == 1 or (r.dropout and lq == 1):
        return False
    if r.dropout * 16 != math.floor(r.dropout * 16) or (r.mask is not None and r.mask.requires_grad):
        return False
    return max(dims) <= 128 or (max(dims) <= 256 and (not r.trains or dims in ((192, 128), (256, 256))))


def _flash(r: Request) -> bool:
    head = r.query.shape[-1]
    if not r.dense or r.mask is not None or not r.half or r.capability < (8, 0):
        return False
    if head > 256 or not head == r.key.shape[-1] == r.value.shape[-1]:
        return False
    if r.causal and r.query.shape[2] != r.key.shape[2]:
        return False
    small = (8, 6) <= r.capability <= (8, 9) or r.capability >= (12, 0)
    if r.trains and small:
        return head <= 192 or (not r.dropout and head > 224)
    return True


def _efficient(r: Request) -> bool:
    formats = {t.dtype for t in (r.query, r.key, r.value)}
    allowed = {torch.float16, torch.float32} | ({torch.bfloat16} if r.capability >= (8, 0) else set())
    if not r.fits or len(formats) != 1 or not formats <= allowed or (r.grouped and not r.heads_match):
        return False  # keys of one head go with all queries
    if r.capability >= (8, 0):
        alignment = 16 // r.query.element_size()
    else:
        alignment = 8 if r.query.dtype == torch.float16 and r.capability >= (7, 0) else 1
    if r.query.shape[-1] != r.key.shape[-1] or any(t.shape[-1] % alignment for t in (r.query, r.value)):
        return False
    return r.capability < (8, 0) or all(t.storage_offset() % alignment == 0 for t in (r.query, r.key, r.value))


def attend(capability: Capability) -> Callable[..., torch.Tensor]:
    """What stands for ``scaled_dot_product_attention`` on tensors of that GPU."""
    aten = torch.ops.aten

    def scaled_dot_product_attention(
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attn_mask: torch.Tensor | None = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        *,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> torch.Tensor:
        request = Request(query, key, value, attn_mask, dropout_p, is_causal, enable_gqa, capability)
        chosen = backend(request)
        if chosen == "flash":
            return _padded(query, key, value, dropout_p, is_causal, scale)
        if chosen == "math":
            options: dict[str, Any] = {"scale": scale, **({"enable_gqa": True} if enable_gqa else {})}
            mask = attn_mask
            if mask is not None and mask.dtype == torch.bool:
                mask = _added(mask, query)
            out = aten._scaled_dot_product_attention_math(query, key, value, mask, dropout_p, is_causal, **options)
            return out[0]  # type: ignore[no-any-return]
        mask = None if attn_mask is None else _added(attn_mask, query)
        if chosen == "cudnn":
            return aten._scaled_dot_product_cudnn_attention(  # type: ignore[no-any-return]
                query, key, value, mask, request.trains, dropout_p, is_causal, False, scale=scale
            )[0]
        if mask is not None:
            mask = _expanded(mask, query, key)
        return aten._scaled_dot_product_efficient_attention(  # type: ignore[no-any-return]
            query, key, value, mask, request.trains, dropout_p, is_causal, scale=scale
        )[0]

    return scaled_dot_product_attention


def _padded(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, dropout: float, causal: bool, scale: float | None
) -> torch.Tensor:
    """Flash attention takes heads of multiples of 8 numbers."""
    size = query.shape[-1]
    rest = -size % 8
    tensors = [F.pad(t, [0, rest]) if rest else t for t in (query, key, value)]
    factor = 1 / math.sqrt(size) if scale is None else scale
    out: torch.Tensor = torch.ops.aten._scaled_dot_product_flash_attention(
        *tensors, dropout, causal, False, scale=factor
    )[0]
    return out[..., :size] if rest else out


def _added(mask: torch.Tensor, query: torch.Tensor) -> torch.Tensor:
    """A mask of truths as numbers to add."""
    if mask.dtype != torch.bool:
        return mask
    return torch.where(mask, 0.0, torch.scalar_tensor(-math.inf, dtype=query.dtype, device=mask.device))


def _expanded(mask: torch.Tensor, query: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
    """The mask for each head; rows are padded to what the kernels' loads need."""
    rest = -mask.shape[-1] % 8
    if rest:
        mask = F.pad(mask, [0, rest])[..., : mask.shape[-1]]
    return mask.expand(query.shape[0], query.shape[1], query.shape[2], key.shape[2])


@contextmanager
def attention_of(capability: Capability | None) -> Iterator[None]:
    """Within, attention on fake tensors runs the kernels of that GPU; PyTorch's own choice where it is there."""
    here = torch.cuda.get_device_capability() if torch.cuda.is_available() else None
    if here is not None and capability in (None, here):
        yield
        return
    library = torch.library.Library("aten", "IMPL")
    try:
        library.impl("scaled_dot_product_attention", attend(capability or DEFAULT), "AutogradCUDA")
        library.impl("scaled_dot_product_attention", attend(capability or DEFAULT), "CUDA")
        yield
    finally:
        library._destroy()
