"""Models that ``fully_shard`` has spread over ranks: described as they are whole, with how they are spread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

_HOOKS = ("_forward_pre_hooks", "_forward_hooks")


def is_sharded(module: nn.Module) -> bool:
    """Whether ``fully_shard`` was applied to it."""
    return any(_is_marker(c) for c in type(module).__mro__)


def name_of(model: nn.Module) -> str:
    """The name of the class that it had before."""
    kinds = type(model).__mro__
    return (kinds[kinds.index(next(filter(_is_marker, kinds))) + 1] if is_sharded(model) else kinds[0]).__name__


def sharding(model: nn.Module) -> dict[str, Any]:
    """How the parameters of a model are spread, as the contract says it; empty for not at all.

    Raises:
        ValueError: in a way that the contract has no words for.
    """
    sharded = [(path, m) for path, m in model.named_modules() if is_sharded(m)]
    sizes = {_ranks(p) for p in model.parameters() if _is_spread(p)}
    if not sharded:
        if sizes:
            raise ValueError("parameters are spread over ranks by other means than fully_shard")
        return {}
    if len(sizes) > 1:
        raise ValueError(f"parameters are spread over different numbers of ranks: {sorted(sizes)}")
    groups = [group for _, m in sharded for group in _groups(m)]
    for group in groups:
        lower = getattr(getattr(group, "mp_policy", None), "param_dtype", None)
        if lower is not None and any(p.dtype != lower for p in model.parameters()):
            raise ValueError(f"fully_shard computes in {lower} with parameters of another format")
    found: dict[str, Any] = {"strategy": "fsdp", "world_size": max(sizes, default=1)}
    found["wrapped"] = [path for path, _ in sharded if path]
    of_wrapped = [group for path, m in sharded if path for group in _groups(m)]
    if any(getattr(group, "post_forward_mesh_info", group) is None for group in of_wrapped):
        found["reshard_after_forward"] = False
    return found


@contextmanager
def whole(model: nn.Module) -> Iterator[None]:
    """Within, a borrowed model is not gathered and spread again: its tensors are the whole ones.

    What goes here, the lending of the model brings back.
    """
    for module in model.modules():
        if is_sharded(module):
            for name in _HOOKS:
                hooks = getattr(module, name)
                for key, hook in list(hooks.items()):
                    if str(getattr(hook, "__module__", "")).startswith("torch.distributed"):
                        del hooks[key]
    yield


def _is_marker(kind: type) -> bool:
    return kind.__name__ == "FSDPModule" and kind.__module__.startswith("torch.distributed")


def _is_spread(parameter: torch.Tensor) -> bool:
    kinds = [getattr(sys.modules.get(f"torch.distributed.{name}"), "DTensor", None) for name in ("tensor", "_tensor")]
    return any(kind is not None and isinstance(parameter, kind) for kind in kinds)


def _ranks(parameter: Any) -> int:
    """Over how many ranks a parameter is spread; copies of it count once."""
    sizes = [parameter.device_mesh.size(k) for k, it in enumerate(parameter.placements) if not it.is_replicate()]
    if len(sizes) > 1:
        raise ValueError("parameters are spread in more than one dimension of the ranks")
    return int(sizes[0]) if sizes else 1


def _groups(module: Any) -> list[Any]:
    state = module._get_fsdp_state()
    several = getattr(state, "_fsdp_param_groups", None)
    if several is not None:
        return list(several)
    one = getattr(state, "_fsdp_param_group", None)
    return [one] if one is not None else []
