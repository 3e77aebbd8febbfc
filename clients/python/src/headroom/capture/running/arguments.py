"""The arguments of a call on fake tensors, at another batch size."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_flatten_with_path, tree_unflatten

from headroom.capture.errors import CaptureError
from headroom.capture.running.fakes import empty_like


@dataclass(slots=True)
class Argument:
    """A tensor that the model is given.

    Attributes:
        name: the parameter of forward, and the way to the tensor within it.
        tensor: the real one.
        batched: whether its batch dimension is as long as the batch.
    """

    name: str
    tensor: torch.Tensor
    batched: bool


class Arguments:
    """The first real call's arguments.

    Attributes:
        tensors: in order.
        batch: samples in them.
        dimension: which dimension of a tensor counts samples.
    """

    def __init__(
        self, model: nn.Module, args: Sequence[Any], kwargs: Mapping[str, Any], batch: int | None, dimension: int = 0
    ) -> None:
        self.dimension = dimension
        paths, self._spec = tree_flatten_with_path((tuple(args), dict(kwargs)))
        self._leaves = [leaf for _, leaf in paths]
        names = _names(model, len(args))
        found = [(_name(path, names), leaf) for path, leaf in paths if isinstance(leaf, torch.Tensor)]
        sizes = Counter(t.shape[dimension] for _, t in found if t.dim() > dimension)
        if not sizes:
            raise CaptureError("the model was called without a tensor that has a batch dimension")
        self.batch = batch or sizes.most_common(1)[0][0]
        taken: Counter[str] = Counter()
        self.tensors: list[Argument] = []
        for name, tensor in found:
            taken[name] += 1
            unique = name if taken[name] == 1 else f"{name}_{taken[name] - 1}"
            batched = tensor.dim() > dimension and tensor.shape[dimension] == self.batch
            self.tensors.append(Argument(unique, tensor, batched))

    def fakes(self, batch: int) -> tuple[tuple[Any, ...], dict[str, Any], list[torch.Tensor]]:
        """The same call with fake tensors of another batch. Call it within the fake mode.

        Returns:
            positional arguments, keyword arguments, and the tensors among them.
        """
        made = []
        for argument in self.tensors:
            shape = list(argument.tensor.shape)
            if argument.batched:
                shape[self.dimension] = batch
            fake = empty_like(argument.tensor, tuple(shape))
            if argument.tensor.requires_grad:
                fake.requires_grad_(True)
            made.append(fake)
        rest = iter(made)
        leaves = [next(rest) if isinstance(leaf, torch.Tensor) else leaf for leaf in self._leaves]
        args, kwargs = tree_unflatten(leaves, self._spec)
        return args, kwargs, made

    def sample(self, argument: Argument) -> list[int]:
        """The shape without the batch."""
        shape = list(argument.tensor.shape)
        del shape[self.dimension]
        return shape


def _names(model: nn.Module, positional: int) -> list[str]:
    """The names of forward's positional parameters."""
    forward: Callable[..., Any] = model.forward
    try:
        parameters = list(inspect.signature(forward).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [p.name for p in parameters if p.kind in kinds]
    return names[:positional] + [f"input_{k}" for k in range(len(names), positional)]


def _name(path: Sequence[Any], positional: Sequence[str]) -> str:
    keys = [str(getattr(key, "key", getattr(key, "idx", getattr(key, "name", key)))) for key in path[1:]]
    if getattr(path[0], "idx", 1) == 0:
        keys[0] = positional[int(keys[0])]
    return ".".join(keys)
