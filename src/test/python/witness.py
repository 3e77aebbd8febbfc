"""What PyTorch itself holds for a network, counted on the CPU.

Reads layer configs, one JSON object a line, builds each network of torch's own modules, runs forward
and loss under saved_tensors_hooks and then backward, and prints a line for each: parameters,
parameter_bytes, buffer_bytes, gradient_bytes, saved_bytes; or error. Two attributes are not of the
contract, because memory does not depend on them: dims of a permute, dim and start of a slice.
"""

import json
import sys
import traceback

import torch
import torch.nn.functional as F
from torch import nn

ACTIVATIONS = {
    "relu": F.relu, "relu6": F.relu6, "hardtanh": F.hardtanh, "leaky_relu": F.leaky_relu,
    "elu": F.elu, "silu": F.silu, "mish": F.mish, "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid,
}
PLAIN = {"gelu": F.gelu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "softplus": F.softplus}
ARITHMETIC = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div}
POOLS = {
    ("max_pool", 1): F.max_pool1d, ("max_pool", 2): F.max_pool2d, ("max_pool", 3): F.max_pool3d,
    ("avg_pool", 1): F.avg_pool1d, ("avg_pool", 2): F.avg_pool2d, ("avg_pool", 3): F.avg_pool3d,
    ("adaptive_avg_pool", 1): F.adaptive_avg_pool1d,
    ("adaptive_avg_pool", 2): F.adaptive_avg_pool2d,
    ("adaptive_avg_pool", 3): F.adaptive_avg_pool3d,
    ("adaptive_max_pool", 1): F.adaptive_max_pool1d,
    ("adaptive_max_pool", 2): F.adaptive_max_pool2d,
}


def module(layer, shape):
    """The module that owns a layer's parameters and buffers, if it has any."""
    kind = layer["type"]
    if kind.startswith("conv"):
        transposed, dimensions = "transpose" in kind, int(kind[-2])
        made = getattr(nn, ("ConvTranspose%dd" if transposed else "Conv%dd") % dimensions)
        keys = ("kernel_size", "stride", "padding", "dilation", "groups", "bias", "padding_mode")
        options = {k: tuple(layer[k]) if isinstance(layer[k], list) else layer[k] for k in keys}
        return made(layer["in_channels"], layer["out_channels"], **options)
    if kind == "linear":
        return nn.Linear(layer["in_features"], layer["out_features"], layer["bias"])
    if kind.startswith("batch_norm"):
        return getattr(nn, "BatchNorm" + kind[-2:])(
            layer["num_features"],
            affine=layer["affine"],
            track_running_stats=layer["track_running_stats"],
        )
    if kind == "layer_norm":
        return nn.LayerNorm(layer["normalized_shape"])
    if kind == "group_norm":
        return nn.GroupNorm(layer["num_groups"], layer["num_channels"])
    if kind == "instance_norm":
        return getattr(nn, "InstanceNorm%dd" % (len(shape) - 2))(
            layer["num_features"], affine=layer["affine"]
        )
    if kind == "prelu":
        return nn.PReLU(layer["num_parameters"])
    if kind == "embedding":
        return nn.Embedding(layer["num_embeddings"], layer["embedding_dim"])
    if kind == "parameter":
        holder = nn.Module()
        holder.weight = nn.Parameter(torch.zeros(layer["shape"]))
        return holder
    return None


def run(layer, made, x, batch):
    """A layer's result from its inputs x."""
    kind, inplace = layer["type"], layer.get("inplace", False)
    if kind == "parameter":
        return made.weight
    if made is not None:
        return made(*x)
    if kind in PLAIN:
        return PLAIN[kind](x[0])
    if kind in ACTIVATIONS:
        return ACTIVATIONS[kind](x[0], inplace=inplace)
    if kind in ARITHMETIC:
        other = x[1] if len(x) > 1 else 2.0
        return getattr(x[0], kind + "_")(other) if inplace else ARITHMETIC[kind](x[0], other)
    if kind in ("max_pool", "avg_pool"):
        size = len(layer["kernel_size"])
        return POOLS[kind, size](
            x[0], layer["kernel_size"], layer["stride"], layer["padding"],
            ceil_mode=layer["ceil_mode"],
        )
    if kind.startswith("adaptive"):
        return POOLS[kind, len(layer["output_size"])](x[0], layer["output_size"])
    if kind == "softmax":
        return F.softmax(x[0], layer["dim"])
    if kind == "dropout":
        # Out of place the operator that F.dropout is on CUDA; on the CPU it is a product.
        if inplace:
            return F.dropout(x[0], layer["p"], True, True)
        return torch.native_dropout(x[0], layer["p"], True)[0]
    if kind == "stochastic_depth":
        noise = torch.empty([batch] + layer["noise_shape"], dtype=x[0].dtype).bernoulli_(0.8)
        return x[0] * noise
    if kind == "concat":
        return torch.cat(x, layer["dim"])
    if kind == "matmul":
        return torch.matmul(*x)
    if kind == "mean":
        return torch.mean(x[0], layer["dim"], layer["keepdim"])
    if kind == "upsample":
        return F.interpolate(x[0], scale_factor=layer["scale_factor"])
    if kind == "pixel_shuffle":
        return F.pixel_shuffle(x[0], layer["upscale_factor"])
    if kind == "pad":
        return F.pad(x[0], layer["padding"], mode=layer["mode"])
    if kind == "roll":
        return torch.roll(x[0], 1, 1)
    if kind == "contiguous":
        return x[0].contiguous()
    if kind in ("reshape", "flatten"):
        return x[0].view([batch] + layer["shape"])
    if kind == "permute":
        return x[0].permute(layer["dims"])
    if kind == "slice":
        return x[0].narrow(layer["dim"], layer["start"], layer["shape"][layer["dim"] - 1])
    if kind == "local_response_norm":
        return F.local_response_norm(x[0], layer["size"])
    raise ValueError("no such layer here: " + kind)


def witness(config):
    torch.set_default_dtype(getattr(torch, config["precision"]["parameters"]))
    batch, values, root, made = config["batch_size"], {}, nn.Module(), {}
    for i in config["inputs"]:
        shape = [batch] + i["shape"]
        values[i["name"]] = (
            torch.zeros(shape, dtype=torch.int64) if i["dtype"] == "int64" else torch.randn(shape)
        )
    packed, hold = [], lambda tensor: packed.append(tensor) or tensor
    with torch.autograd.graph.saved_tensors_hooks(hold, lambda tensor: tensor):
        for layer in config["layers"]:
            x = [values[name] for name in layer["inputs"]]
            if layer.get("shares"):
                own = made[layer["shares"]]
            else:
                own = module(layer, x[0].shape if x else None)
                if own is not None:
                    root.add_module(layer["name"].replace(".", "_"), own)
                    own.requires_grad_(layer.get("trainable", True))
            made[layer["name"]] = own
            before = len(packed)
            values[layer["name"]] = run(layer, own, x, batch)
            # A number is saved as a tensor without dimensions, on the host.
            packed[before:] = [t for t in packed[before:] if t.dim() > 0]
        out = values[config["layers"][-1]["name"]]
        target = torch.zeros(batch, dtype=torch.int64)
        loss = F.cross_entropy(out, target)
    own = {t.storage().data_ptr() for t in [*root.parameters(), *root.buffers()]}
    storages = {t.storage().data_ptr(): t.storage().nbytes() for t in packed}
    # The CPU's transposed convolutions may leave a result in more room than it takes; CUDA's do not.
    for layer in config["layers"]:
        if "conv_transpose" in layer["type"]:
            result = values[layer["name"]]
            if result.storage().data_ptr() in storages:
                storages[result.storage().data_ptr()] = result.numel() * result.element_size()
    loss.backward()
    size = lambda tensors: sum(t.numel() * t.element_size() for t in tensors)
    return {
        "parameters": sum(p.numel() for p in root.parameters()),
        "parameter_bytes": size(root.parameters()),
        "buffer_bytes": size(root.buffers()),
        "gradient_bytes": size(p.grad for p in root.parameters() if p.grad is not None),
        "saved_bytes": sum(n for at, n in storages.items() if at not in own),
    }


torch.set_num_threads(1)
torch.manual_seed(0)
print(torch.__version__, flush=True)
for line in sys.stdin:
    try:
        answer = witness(json.loads(line))
    except Exception:
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
