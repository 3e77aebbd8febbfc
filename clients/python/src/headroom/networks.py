"""Networks by name: of torchvision, of timm, or made by a function of a script or a module."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch


class NetworkError(Exception):
    """There is no such network; the text is one sentence."""


@dataclass(frozen=True)
class Input:
    """An argument of a network's call.

    Attributes:
        name: the keyword it is given by; None for a position.
        shape: without the batch.
    """

    name: str | None
    shape: tuple[int, ...]
    dtype: torch.dtype

    @staticmethod
    def parse(text: str) -> Input:
        """Reads `3x224x224`, `128:int64`, `input_ids=128:int64`.

        Raises:
            NetworkError: it is something else.
        """
        found = re.fullmatch(r"(?:([A-Za-z_]\w*)=)?([1-9]\d{0,8}(?:x[1-9]\d{0,8})*)(?::(\w+))?", text)
        if found is None:
            raise NetworkError(f"an input is no shape such as 3x224x224 or ids=128:int64: {text}")
        dtype = getattr(torch, found[3] or "float32", None)
        if not isinstance(dtype, torch.dtype):
            raise NetworkError(f"an input's type is none of PyTorch's: {found[3]}")
        return Input(found[1], tuple(int(extent) for extent in found[2].split("x")), dtype)

    def tensor(self, batch: int, device: str) -> torch.Tensor:
        """A batch of it: random numbers, or zeros where numbers are whole."""
        shape = (batch, *self.shape)
        if self.dtype.is_floating_point:
            return torch.randn(shape, dtype=self.dtype, device=device)
        return torch.zeros(shape, dtype=self.dtype, device=device)


@dataclass(frozen=True)
class Network:
    """A network that can be made.

    Attributes:
        name: what a layer config calls it.
        make: makes it, untrained.
        default_inputs: what its library says it takes; empty where nobody says.
    """

    name: str
    make: Callable[[], torch.nn.Module]
    default_inputs: tuple[Input, ...]

    def call(
        self,
        inputs: Sequence[Input],
        batch: int,
        device: str,
        resize: Callable[[tuple[int, ...]], tuple[int, ...]] = tuple,
    ) -> tuple[tuple[torch.Tensor, ...], dict[str, torch.Tensor]]:
        """The arguments of a call.

        Args:
            inputs: what was asked for; else the network's own.
            batch: samples.
            device: where they are.
            resize: what becomes of an input's shape.

        Raises:
            NetworkError: nobody says what it takes.
        """
        chosen = [replace(it, shape=resize(it.shape)) for it in tuple(inputs) or self.default_inputs]
        if not chosen:
            raise NetworkError(f"nobody says what {self.name} takes: name it with --input")
        args = tuple(it.tensor(batch, device) for it in chosen if it.name is None)
        kwargs = {it.name: it.tensor(batch, device) for it in chosen if it.name is not None}
        return args, kwargs


def find_network(specification: str) -> Network:
    """The network of `torchvision:NAME`, `timm:NAME`, `script.py:FUNCTION` or `module:FUNCTION`.

    Raises:
        NetworkError: there is none.
    """
    where, _, name = specification.rpartition(":")
    if not where or not name:
        raise NetworkError(
            "a network is torchvision:NAME, timm:NAME, script.py:FUNCTION or module:FUNCTION, not " + specification
        )
    if where == "torchvision":
        return _torchvision(name)
    if where == "timm":
        return _timm(name)
    return _function(where, name)


def _torchvision(name: str) -> Network:
    models: Any = _imported("torchvision.models")
    if name not in models.list_models():
        raise NetworkError(_unknown("torchvision", name, models.list_models()))
    size = 224
    # Detection and segmentation take what they are given, and do not say.
    with contextlib.suppress(AttributeError, IndexError, TypeError, ValueError):
        size = models.get_model_weights(name).DEFAULT.transforms().crop_size[0]
    kind = models.get_model_builder(name)
    options = {it: None for it in ("weights", "weights_backbone") if it in inspect.signature(kind).parameters}
    return Network(
        name,
        lambda: _made(f"torchvision:{name}", lambda: kind(**options)),
        (Input(None, (3, size, size), torch.float32),),
    )


def _timm(name: str) -> Network:
    timm: Any = _imported("timm")
    if not timm.is_model(name):
        raise NetworkError(_unknown("timm", name, timm.list_models()))
    wanted = timm.models.get_pretrained_cfg(name)
    shape = tuple(wanted.input_size) if wanted is not None else (3, 224, 224)
    return Network(
        name,
        lambda: _made(f"timm:{name}", lambda: timm.create_model(name, pretrained=False)),
        (Input(None, shape, torch.float32),),
    )


def _function(where: str, name: str) -> Network:
    module: Any = _script(Path(where)) if where.endswith(".py") else _imported(where)
    make = getattr(module, name, None)
    if isinstance(make, torch.nn.Module):
        raise NetworkError(f"{where}:{name} is a model: name a function that returns it")
    if not callable(make):
        raise NetworkError(f"{where} has no function {name}")
    inputs = getattr(make, "headroom_inputs", ())
    return Network(name, lambda: _made(f"{where}:{name}", make), tuple(Input.parse(text) for text in inputs))


def _made(what: str, make: Callable[[], Any]) -> torch.nn.Module:
    """The model that a function returns.

    Raises:
        NetworkError: it returns none.
    """
    try:
        model = make()
    except (Exception, SystemExit) as wrong:
        raise NetworkError(f"{what} raised {_sentence(wrong)}") from wrong
    if not isinstance(model, torch.nn.Module):
        raise NetworkError(f"{what} returns no torch.nn.Module: {type(model).__name__}")
    return model


def _sentence(wrong: BaseException) -> str:
    return f"{type(wrong).__name__}: {' '.join(str(wrong).split())}"


def _script(path: Path) -> Any:
    if not path.is_file():
        raise NetworkError(f"there is no script {path}")
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise NetworkError(f"{path} is no Python script")
    module = importlib.util.module_from_spec(specification)
    sys.modules.setdefault(path.stem, module)
    sys.path.insert(0, str(path.resolve().parent))
    try:
        specification.loader.exec_module(module)
    except (Exception, SystemExit) as wrong:
        raise NetworkError(f"{path} raised {_sentence(wrong)}") from wrong
    return module


def _imported(name: str) -> Any:
    sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(name)
    except ImportError as wrong:
        raise NetworkError(f"{name} cannot be imported: {wrong}") from None
    finally:
        sys.path.remove(str(Path.cwd()))


def _unknown(library: str, name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 3)
    perhaps = f"; it has {', '.join(near)}" if near else ""
    return f"{library} has no network {name}{perhaps}"
