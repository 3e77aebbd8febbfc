"""A capture leaves the model, the job and the process as they were."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from headroom.capture import CaptureError, capture, is_capturing


class Odd(nn.Module):
    """Does in its forward all that one should not."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.norm = nn.BatchNorm1d(4)
        self.calls = 0
        self.seen: list[tuple[int, ...]] = []
        self.cache: dict[str, torch.Tensor] = {}
        self.lock = threading.Lock()
        self.register_buffer("mean", torch.zeros(4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        self.seen.append(tuple(x.shape))
        print("forward", self.calls)
        logging.getLogger().warning("forward")
        x.mul_(2)
        self.mean += x.detach().mean(0)
        y = self.norm(self.fc(x)) * random.random() + torch.rand_like(x)
        self.cache["y"] = y.detach()
        self.extra = y.shape
        return F.dropout(y, 0.5, self.training)


class Raises(Odd):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        super().forward(x)
        raise ValueError("no good")


class LooksAtValues(Odd):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = super().forward(x)
        return x if x.sum() > 0 else -x


class HoldsLock(Odd):
    """A lock that a failure in the middle would leave held."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert self.lock.acquire(timeout=10)
        if float(x.sum()) < -1e9:
            return x
        self.lock.release()
        return super().forward(x)


def state(model: nn.Module) -> dict[str, Any]:
    """What a capture could have changed, by value and by identity."""
    found: dict[str, Any] = {"random": random.getstate(), "torch": torch.get_rng_state().tolist()}
    for path, module in model.named_modules():
        for name, value in vars(module).items():
            found[f"{path}.{name}"] = id(value)
            if isinstance(value, dict):
                found[f"{path}.{name}.items"] = [(k, id(v)) for k, v in value.items()]
            elif isinstance(value, list):
                found[f"{path}.{name}.items"] = list(value)
        found[f"{path} training"] = module.training
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        found[f"{name} values"] = tensor.tolist()
        found[f"{name} version"] = tensor._version
        found[f"{name} grad"] = None if tensor.grad is None else (id(tensor.grad), tensor.grad.tolist())
    return found


@pytest.mark.parametrize("kind", [Odd, Raises, LooksAtValues, HoldsLock])
def test_nothing_of_the_model_changes(kind: Callable[[], Odd], capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(1)
    random.seed(1)
    model = kind()
    model.fc.weight.grad = torch.ones(4, 4)
    model.norm.eval()
    model.fc.register_forward_hook(lambda *_: None)
    x = torch.randn(8, 4)
    before, values, version = state(model), x.clone(), x._version
    if kind is Odd:
        config = capture(model, (x,))
        assert [layer["type"] for layer in config["layers"]].count("linear") == 1
    else:
        with pytest.raises(CaptureError) as failure:
            capture(model, (x,))
        assert failure.value.config is not None
        assert failure.value.config["unsupported"] == failure.value.reason
    assert state(model) == before
    assert torch.equal(x, values)
    assert x._version == version
    assert not model.lock.locked()
    assert not is_capturing()
    assert capsys.readouterr().out == ""


def trained(captured: bool) -> list[float]:
    """The losses of a seeded training with dropout, noise, counters and in-place inputs."""
    torch.manual_seed(3)
    random.seed(3)
    model = Odd()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for step in range(5):
        x = torch.randn(8, 4)
        if captured and step in (0, 2):
            capture(model, (x,), optimizer=optimizer)
        loss = F.mse_loss(model(x), torch.zeros(8, 4))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def test_the_losses_are_the_same() -> None:
    assert trained(captured=True) == trained(captured=False)


_TOLD: list[bool] = []
"""Nothing of a model: a capture does not put it back."""


def test_hooks_of_a_reporter_know() -> None:
    model = nn.Linear(4, 4)
    kept: list[bool] = []

    def hook(*_: object) -> None:
        _TOLD.append(is_capturing())
        kept.append(is_capturing())

    model.register_forward_pre_hook(hook)
    capture(model, (torch.zeros(2, 4),))
    assert _TOLD
    assert all(_TOLD)
    assert kept == []
    model(torch.zeros(2, 4))
    assert kept == [False]


def test_other_threads_print_on(capsys: pytest.CaptureFixture[str]) -> None:
    inside, printed = threading.Event(), threading.Event()

    class Waits(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            print("mine")
            inside.set()
            assert printed.wait(10)
            return self.fc(x)

    def other() -> None:
        assert inside.wait(10)
        print("theirs")
        printed.set()

    thread = threading.Thread(target=other)
    thread.start()
    capture(Waits(), (torch.zeros(2, 4),))
    thread.join()
    assert capsys.readouterr().out == "theirs\n"


def test_autocast_and_gradients_around_stay() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    with torch.autocast("cpu", dtype=torch.bfloat16), torch.no_grad():
        config = capture(model, (torch.zeros(2, 4),))
        assert torch.is_autocast_enabled("cpu")
        assert not torch.is_grad_enabled()
    assert config["precision"] == {"parameters": "float32", "autocast": "bfloat16"}
    assert not torch.is_autocast_enabled("cuda")


def test_nothing_is_compiled_for_a_capture() -> None:
    compiled: list[object] = []

    def backend(graph: torch.fx.GraphModule, _: list[torch.Tensor]) -> Callable[..., Any]:
        compiled.append(graph)
        return graph.forward

    inside = nn.Sequential(nn.Linear(4, 4), torch.compile(nn.Sequential(nn.Linear(4, 4), nn.ReLU()), backend=backend))
    inside[0].compile(backend=backend)
    config = capture(inside, (torch.zeros(2, 4),))
    assert compiled == []
    assert config["compiled"]
    assert [layer["name"] for layer in config["layers"]] == ["0", "1.0", "1.1"]
    inside(torch.zeros(2, 4))
    assert compiled
