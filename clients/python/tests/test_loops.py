"""Training loops that are hard to watch: the same losses as without a reporter."""

import threading

import pytest
import torch
from conftest import read_records
from torch import nn

import headroom

F = nn.functional
TARGETS = torch.zeros(6, dtype=torch.long)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(8, 16), nn.Linear(16, 4)

    def forward(self, x):
        return self.two(torch.tanh(self.one(x)))


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.head = nn.Embedding(10, 8, sparse=True), nn.Linear(8, 4)

    def forward(self, x):
        return self.head(self.words(x.abs().mul(3).long().clamp(0, 9)).mean(1))


class Carries(nn.Module):
    """The state of one batch begins the next."""

    def __init__(self):
        super().__init__()
        self.rnn, self.head, self.state = nn.LSTM(1, 16, batch_first=True), nn.Linear(16, 4), None

    def forward(self, x):
        out, state = self.rnn(x[..., None], self.state)
        self.state = tuple(it.detach() for it in state)
        return self.head(out[:, -1])


def trained(model, watch, call=None, optimizer=torch.optim.SGD):
    steps = optimizer(model.parameters(), lr=0.1)
    watch(model, steps)
    losses = []
    for _ in range(4):
        loss = F.cross_entropy((call or model)(torch.randn(6, 8)), TARGETS)
        steps.zero_grad()
        loss.backward()
        steps.step()
        losses.append(loss.item())
    return losses


def scripted(watch):
    return trained(torch.jit.script(Net()), watch)


def traced(watch):
    return trained(torch.jit.trace(Net(), torch.ones(6, 8)), watch)


def functional(watch):
    model = Net()
    return trained(model, watch, lambda x: torch.func.functional_call(model, dict(model.named_parameters()), (x,)))


def transformed(watch):
    """Gradients of each sample, by torch.func."""
    model = Net()
    steps = torch.optim.SGD(model.parameters(), lr=0.1)
    watch(model, steps)

    def loss(parameters, x, y):
        return F.cross_entropy(torch.func.functional_call(model, parameters, (x[None],)), y[None])

    each = torch.func.vmap(torch.func.grad_and_value(loss), in_dims=(None, 0, 0))
    losses = []
    for _ in range(4):
        gradients, values = each({k: v.detach() for k, v in model.named_parameters()}, torch.randn(6, 8), TARGETS)
        for name, parameter in model.named_parameters():
            parameter.grad = gradients[name].mean(0)
        steps.step()
        losses.append(values.sum().item())
    return losses


def closures(watch):
    """LBFGS calls the model several times a step."""
    model = Net()
    steps = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=4)
    watch(model, steps)
    losses = []
    for _ in range(3):
        x = torch.randn(6, 8)

        def closure(x=x):
            steps.zero_grad()
            loss = F.cross_entropy(model(x), TARGETS)
            loss.backward()
            return loss

        losses.append(steps.step(closure).item())
    return losses


def elsewhere(watch):
    """Trains on a thread that is not the main one."""
    losses = []
    thread = threading.Thread(target=lambda: losses.extend(trained(Net(), watch)))
    thread.start()
    thread.join()
    return losses


def twice(watch):
    """A gradient's gradient."""
    model = Net()
    steps = torch.optim.SGD(model.parameters(), lr=0.1)
    watch(model, steps)
    losses = []
    for _ in range(4):
        x = torch.randn(6, 8, requires_grad=True)
        loss = F.cross_entropy(model(x), TARGETS)
        (slope,) = torch.autograd.grad(loss, x, create_graph=True)
        loss = loss + slope.pow(2).sum()
        steps.zero_grad()
        loss.backward()
        steps.step()
        losses.append(loss.item())
    return losses


def sparse(watch):
    return trained(Words(), watch)


def carried(watch):
    return trained(Carries(), watch)


UNSUPPORTED = {
    "scripted": "a model of torch.jit.script shows nobody its calls",
    "traced": "the model cannot run on tensors without values",
    "transformed": "the model is called within a transform of torch.func",
    "closures": "the optimizer LBFGS is not known",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "loop", [scripted, traced, functional, transformed, closures, elsewhere, twice, sparse, carried]
)
def test_a_loop_trains_to_the_same_losses(loop, tmp_path):
    file, reporters = tmp_path / "run.jsonl", []

    def watch(model, optimizer):
        reporters.append(headroom.watch(model, optimizer, job="job", to=f"file:{file}", period=0.02))

    torch.manual_seed(4)
    alone = loop(lambda *_: None)
    torch.manual_seed(4)
    watched = loop(watch)
    for reporter in reporters:
        reporter.close()
        assert reporter.errors == 0
    assert watched == alone
    records = [it["value"] for it in read_records(file)]
    (config,) = [it for it in records if "model" in it]
    assert config.get("unsupported", "").startswith(UNSUPPORTED.get(loop.__name__, ""))
    assert ("unsupported" in config) == (loop.__name__ in UNSUPPORTED)
    assert records[-1]["outcome"] == "completed"
