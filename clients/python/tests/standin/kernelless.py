"""Runs PyTorch on the stand-in CUDA runtime: memory is taken and freed, nothing is computed.

Below autograd every operator's outputs are allocated by PyTorch's own caching allocator, in the
shapes and strides that its meta kernel says; views and in-place operators take none. What kernels
take for themselves (workspaces, temporaries) is not seen.
"""

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

_EMPTY = {
    torch.ops.aten.zeros.default,
    torch.ops.aten.ones.default,
    torch.ops.aten.full.default,
    torch.ops.aten.scalar_tensor.default,
}


class WithoutKernels(TorchDispatchMode):
    """While it is entered, CUDA tensors are made and nothing is written into them."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func is torch.ops.aten._local_scalar_dense.default:
            return 1.0 if args[0].is_floating_point() else 1
        if not _is_of_cuda(func, args, kwargs):
            return func(*args, **kwargs)
        if func.is_view or func in (
            torch.ops.aten.empty.memory_format,
            torch.ops.aten.detach.default,
        ):
            return func(*args, **kwargs)
        returns = [it.alias_info for it in func._schema.returns]
        if any(alias is not None and alias.is_write for alias in returns):
            return _written(func, args, kwargs)
        if not returns:
            return None
        return _allocated(func, args, kwargs)


def _is_of_cuda(func, args, kwargs):
    found = [str(kwargs.get("device", ""))]
    tree_map(
        lambda it: found.append(it.device.type) if isinstance(it, torch.Tensor) else None,
        (args, kwargs),
    )
    return any(device.startswith("cuda") for device in found)


def _written(func, args, kwargs):
    """The arguments that an in-place or `out` operator returns."""
    written = []
    for place, argument in enumerate(func._schema.arguments):
        if argument.alias_info is not None and argument.alias_info.is_write:
            written.append(args[place] if place < len(args) else kwargs[argument.name])
    return written[0] if len(func._schema.returns) == 1 else tuple(written)


def _allocated(func, args, kwargs):
    metas = {}

    def meta(it):
        if isinstance(it, torch.device):
            return torch.device("meta")
        if not isinstance(it, torch.Tensor):
            return it
        if id(it) not in metas:
            metas[id(it)] = torch.empty_strided(it.shape, it.stride(), dtype=it.dtype, device="meta")
        return metas[id(it)]

    device = next(
        (
            it.device
            for it in torch.utils._pytree.tree_leaves((args, kwargs))
            if isinstance(it, torch.Tensor) and it.is_cuda
        ),
        kwargs.get("device"),
    )
    made = func(*tree_map(meta, args), **tree_map(meta, kwargs))
    return tree_map(
        lambda it: (
            torch.empty_strided(it.shape, it.stride(), dtype=it.dtype, device=device)
            if isinstance(it, torch.Tensor)
            else it
        ),
        made,
    )
