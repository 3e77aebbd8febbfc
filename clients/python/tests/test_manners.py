"""Models that are hard to watch train to the same losses as without a reporter."""

import os
import subprocess
import sys
import time

import pytest
from conftest import Jobs

MODELS = '''
import contextlib, dataclasses, itertools, random, sys, threading, numpy, torch
from concurrent.futures import ThreadPoolExecutor
from torch import nn
from torch.utils.checkpoint import checkpoint
from torch.utils.flop_counter import FlopCounterMode
F = nn.functional


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(8, 16)
        self.two = nn.Linear(16, 4)

    def forward(self, x):
        return self.two(torch.relu(self.one(x)))


class Raises(Base):
    """Its forward raises now and then, and the job skips the batch."""

    calls = 0

    def forward(self, x):
        self.calls += 1
        if self.calls % 3 == 1:
            raise ValueError("not this one")
        return super().forward(x)


class Prints(Base):
    def forward(self, x):
        print("forward of", tuple(x.shape))
        print("on the other side", file=sys.stderr)
        return super().forward(x)


class Branches(Base):
    """What it computes depends on the values it is given."""

    def forward(self, x):
        x = self.one(x)
        if x.sum() > 0:
            x = torch.tanh(x)
        while x.norm() > 3:
            x = x / 2
        return self.two(x)


class Locks(Base):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def forward(self, x):
        if not self.lock.acquire(timeout=20):
            raise RuntimeError("somebody else holds the lock")
        out = super().forward(x)
        self.lock.release()
        return out


class LocksAndRaises(Locks):
    """What it reads of the tensor while it holds the lock is not there while it is described."""

    def forward(self, x):
        with self.lock:
            if x.sum().item() > 1e9:
                return x
            return Base.forward(self, x)


class Mutates(Base):
    def forward(self, x):
        x.mul_(0.5).add_(1)
        return super().forward(x)


class Draws(Base):
    """Draws from every generator there is."""

    def forward(self, x):
        x = x + random.random() + float(numpy.random.rand()) + torch.rand_like(x)
        return super().forward(F.dropout(x, 0.5))


class Counts(Base):
    """Behaves differently after some calls, and keeps what it saw."""

    def __init__(self):
        super().__init__()
        self.calls = 0
        self.seen = []
        self.register_buffer("mean", torch.zeros(8))

    def forward(self, x):
        self.calls += 1
        self.seen.append(tuple(x.shape))
        self.mean = 0.9 * self.mean + 0.1 * x.detach().mean(0)
        return super().forward((x - self.mean) * (2.0 if self.calls > 5 else 1.0))


class Changes(Base):
    """Makes a module of its own in its first call."""

    def forward(self, x):
        if not hasattr(self, "late"):
            self.late = nn.LayerNorm(16, elementwise_affine=False)
        return self.two(self.late(self.one(x)))


class Trains(Base):
    """Differentiates inside its forward pass, as energy models do."""

    def forward(self, x):
        x = x.detach().requires_grad_()
        energy = self.two(torch.tanh(self.one(x))).sum()
        (slope,) = torch.autograd.grad(energy, x, create_graph=True)
        return super().forward(x) + slope.mean()


class Nested(Base):
    """Takes and gives nested things."""

    def forward(self, batch, *, scale):
        out = super().forward(batch["x"][0] * scale)
        return {"logits": out, "extra": [out.detach(), "text", None]}


class OwnGenerators(Base):
    """Draws from generators of its own, and takes what iterators give it."""

    def __init__(self):
        super().__init__()
        self.torch, self.numpy = torch.Generator().manual_seed(5), numpy.random.default_rng(5)
        self.python, self.old = random.Random(5), numpy.random.RandomState(5)
        self.turn, self.scales = itertools.count(1), iter([0.1 * k for k in range(100)])

    def forward(self, x):
        x = x + torch.randn(x.shape, generator=self.torch).to(x) + self.numpy.random() + self.python.random()
        return super().forward(x * next(self.scales) + self.old.rand() / next(self.turn))


class PythonGenerator(Base):
    """What a generator function yields cannot be taken back."""

    def __init__(self):
        super().__init__()
        self.scales = (0.1 * k for k in itertools.count(1))

    def forward(self, x):
        return super().forward(x * next(self.scales))


CALLS = 0


@dataclasses.dataclass
class Slots:
    __slots__ = ("calls",)
    calls: int


class CountsElsewhere(Base):
    """Counts in a global, in its class, in an object with slots, and in an array."""

    made, history = 0, []

    def __init__(self):
        super().__init__()
        self.slots, self.sums, self.bytes = Slots(0), numpy.zeros(2), bytearray(2)

    def forward(self, x):
        global CALLS
        CALLS += 1
        type(self).made += 1
        self.history.append(1)
        self.slots.calls += 1
        self.sums += 1
        self.bytes[0] += 1
        calls = CALLS + self.made + len(self.history) + self.slots.calls + float(self.sums.sum()) + self.bytes[0]
        return super().forward(x * (0.01 * calls))


class Lazy(nn.Module):
    """Its first call makes its parameters."""

    def __init__(self):
        super().__init__()
        self.one, self.norm, self.two = nn.LazyLinear(16), nn.LazyBatchNorm1d(), nn.LazyLinear(4)

    def forward(self, x):
        return self.two(torch.relu(self.norm(self.one(x))))


class Threads(Base):
    """Runs its branches on threads of its own."""

    def __init__(self):
        super().__init__()
        self.pool = ThreadPoolExecutor(2)

    def forward(self, x):
        return sum(self.pool.map(super().forward, (x, 2 * x)))


class Remembers(Base):
    """Keeps tensors of one step for the next: a state, and a bank of what it saw."""

    def __init__(self):
        super().__init__()
        self.state, self.bank = None, []

    def forward(self, x):
        h = torch.tanh(self.one(x))
        if self.state is not None:
            h = h + 0.5 * self.state
        self.state = h.detach()
        self.bank = [*self.bank[-3:], h.detach().mean(0)]
        return self.two(h + torch.stack(self.bank).mean(0))


class Hooked(Base):
    """Hooks of the job change what modules take and give, and count."""

    def __init__(self):
        super().__init__()
        calls = 0

        def before(module, args):
            nonlocal calls
            calls += 1
            return (args[0] * (1 + 0.1 * calls),)

        self.counts = []
        self.one.register_forward_pre_hook(before)
        self.one.register_forward_hook(lambda module, args, out: out + 0.01 * calls)
        self.two.register_full_backward_hook(lambda module, into, out: self.counts.append(1))
        self.register_forward_hook(lambda module, args, out: out.register_hook(lambda g: g * 0.9) and None)

    def forward(self, x):
        return super().forward(x * (1 + 0.01 * len(self.counts)))


class Checkpointed(Base):
    reentrant = False

    def forward(self, x):
        x.requires_grad_()
        return self.two(checkpoint(self.first, x, use_reentrant=self.reentrant))

    def first(self, x):
        return F.dropout(torch.relu(self.one(x)), 0.2)


class CheckpointedAgain(Checkpointed):
    reentrant = True


class Tied(Base):
    def forward(self, x):
        return super().forward(F.linear(torch.tanh(self.one(x)), self.one.weight.t()))


class Compiled(Base):
    """Is compiled before it is watched."""


class Normalised(Base):
    """Its weights are computed, and each call in training changes buffers."""

    def __init__(self):
        super().__init__()
        nn.utils.parametrizations.spectral_norm(self.one)
        nn.utils.parametrizations.weight_norm(self.two)


class Moded(Base):
    """Runs within a mode that counts operators."""


class Offloaded(Base):
    """What autograd saves goes through hooks of the job."""


class Inferring(Base):
    """Is called in inference mode first."""


def around(kind):
    if kind == "Moded":
        return FlopCounterMode(display=False)
    if kind == "Offloaded":
        return torch.autograd.graph.saved_tensors_hooks(lambda t: (SEEN.append(type(t)), t)[1], lambda t: t)
    return contextlib.nullcontext()


SEEN = []


def train(kind, watch):
    torch.manual_seed(3), random.seed(3), numpy.random.seed(3)
    model = globals()[kind]()
    if kind == "Compiled":
        model = torch.compile(model, backend="aot_eager")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    if watch:
        import headroom
        reporter = headroom.watch(model, optimizer, job=kind)
    if kind == "Inferring":
        with torch.inference_mode():
            print(model(torch.randn(6, 8)).sum().item())
    counted = around(kind)
    for step in range(12):
        x = torch.randn(6, 8)
        try:
            if kind == "Nested":
                out = model({"x": [x]}, scale=0.5)["logits"]
            else:
                with counted:
                    out = model(x)
            loss = F.cross_entropy(out, torch.zeros(6, dtype=torch.long))
        except ValueError as wrong:
            print("skipped", wrong)
            continue
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(step, repr(loss.item()))
    print("then", torch.rand(1).item(), random.random(), numpy.random.rand())
    print(sorted(model.state_dict()), getattr(model, "calls", 0), len(getattr(model, "seen", ())))
    if kind == "Moded" and hasattr(torch._C, "_ensureCUDADeviceGuardSet"):  # an older PyTorch keeps modes in
        print(counted.get_total_flops())
    print(len(SEEN), {it.__name__ for it in SEEN})
    if watch:
        reporter.close()


for kind in sys.argv[2:]:
    print("model", kind)
    train(kind, sys.argv[1] == "watch")
'''

KINDS = [
    "Raises",
    "Prints",
    "Branches",
    "Locks",
    "LocksAndRaises",
    "Mutates",
    "Draws",
    "Counts",
    "Changes",
    "Trains",
    "Nested",
    "OwnGenerators",
    "PythonGenerator",
    "CountsElsewhere",
    "Lazy",
    "Threads",
    "Remembers",
    "Hooked",
    "Checkpointed",
    "CheckpointedAgain",
    "Tied",
    "Compiled",
    "Normalised",
    "Moded",
    "Offloaded",
    "Inferring",
]
# Without values there is nothing to branch on; and a gradient inside the forward pass wants a GPU. What runs on other
# threads is not seen.
CANNOT_BE_DESCRIBED = {
    "Raises", "Branches", "LocksAndRaises", "Trains", "PythonGenerator", "Threads", "Offloaded",
}  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """All of them without and with a reporter, in two processes: importing takes longest."""
    jobs = Jobs(tmp_path_factory.mktemp("manners"))
    return jobs.run(MODELS, "alone", *KINDS), jobs.run(MODELS, "watch", *KINDS)


def of(out, kind):
    return out.partition(f"model {kind}\n")[2].partition("model ")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_model_trains_to_the_same_losses(both, kind):
    alone, watched = both
    assert watched.status == 0, watched.err
    assert len(of(alone.out, kind).splitlines()) >= 14
    assert of(watched.out, kind) == of(alone.out, kind)
    (config,) = [it for it in watched.configs if it["job"] == kind]
    samples = [it for it in watched.samples if it["job"] == kind]
    assert (samples[-1]["phase"], samples[-1]["outcome"]) == ("ended", "completed")
    assert ("unsupported" in config) == (kind in CANNOT_BE_DESCRIBED), config.get("unsupported")


def test_what_it_prints_is_printed_once(both):
    alone, watched = both
    own = [line for line in watched.err.splitlines() if not line.startswith("headroom:")]
    assert own == alone.err.splitlines()


def test_importing_takes_nothing_from_jobs_that_do_not_watch():
    code = (
        "import sys, signal, torch; hook = sys.excepthook; import headroom; "
        "assert sys.excepthook is hook; "
        "assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL; "
        "assert 'confluent_kafka' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})


def test_own_work_on_the_training_thread_is_next_to_nothing(tmp_path):
    """Less than 0.5 % of a ResNet-18's step on the CPU, timed by itself."""
    import torch
    import torchvision

    import headroom

    torch.manual_seed(0)
    model = torchvision.models.resnet18(num_classes=10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    reporter = headroom.watch(model, optimizer, job="job", to=f"file:{tmp_path / 'run.jsonl'}", period=0.1)
    try:
        before = 0.0
        for step in range(6):
            if step == 1:
                before, start = reporter.training_thread_seconds, time.thread_time()
            loss = model(torch.randn(4, 3, 224, 224)).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        took = time.thread_time() - start
        own = reporter.training_thread_seconds - before
    finally:
        reporter.close()
    assert own < 0.005 * took, f"{own * 1e3:.2f} ms of {took * 1e3:.0f} ms"
