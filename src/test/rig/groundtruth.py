"""What PyTorch itself holds during a training step, to the byte, without a GPU.

Runs a model for real through PyTorch's eager dispatcher and autograd on fake CUDA tensors (a stand-in CUDA runtime
reports one device), writes down every operator as a layer of the contract, every storage that autograd saves, and
every allocation and release of the step; the sequence is then replayed through PyTorch's own caching allocator.
"""
import argparse, collections, contextlib, gzip, json, os, sys, time, weakref
import torch
from torch._subclasses.fake_tensor import FakeTensorMode, FakeTensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten
import torch.nn as nn
import torch._prims_common
import torch.utils.checkpoint
from calls import Calls, without_python_overrides

DEV = "cuda"
aten = torch.ops.aten

VIEWS = {"view", "_unsafe_view", "t", "transpose", "permute", "expand", "slice", "select", "unsqueeze", "squeeze", "split",
         "split_with_sizes", "chunk", "unbind", "detach", "alias", "_reshape_alias", "as_strided", "unfold", "diagonal", "detach_"}
ACTIVATIONS = {"relu": "relu", "relu_": "relu", "hardtanh": "hardtanh", "hardtanh_": "hardtanh", "silu": "silu", "silu_": "silu", "gelu": "gelu", "gelu_": "gelu",
               "sigmoid": "sigmoid", "sigmoid_": "sigmoid", "hardswish": "hardswish", "hardswish_": "hardswish", "hardsigmoid": "hardsigmoid", "hardsigmoid_": "hardsigmoid",
               "tanh": "tanh", "tanh_": "tanh", "leaky_relu": "leaky_relu", "leaky_relu_": "leaky_relu", "elu": "elu", "elu_": "elu", "mish": "mish", "mish_": "mish",
               "_softmax": "softmax", "_prelu_kernel": "prelu", "softplus": "softplus"}
DROPOUTS = {"native_dropout", "bernoulli_", "bernoulli"}


def opname(func):
    return func._schema.name.split("::")[1]


class Names:
    """The path of the module whose forward is running."""
    def __init__(self, model):
        self.stack = []
        for name, m in model.named_modules():
            m.register_forward_pre_hook(lambda mod, a, name=name: self.stack.append(name or "."))
            m.register_forward_hook(lambda mod, a, o: self.stack.pop() and None, always_call=True)

    def here(self):
        return self.stack[-1] if self.stack else ""


def accumulates_in_place(args):
    """Would autograd's input buffer add the second gradient into the first? It does where nobody else holds the first (InputBuffer::accumulate),
    but never under a dispatch mode, so the mode has to do it. 4 and 2 are the uses that the call itself makes of a tensor and its storage."""
    t, u = args
    return (not torch.is_grad_enabled() and isinstance(u, torch.Tensor) and t.shape == u.shape and t.dtype == u.dtype
            and t._use_count() == TENSOR_USES and torch._C._storage_Use_Count(t.untyped_storage()._cdata) == 2
            and torch._prims_common.is_non_overlapping_and_dense_or_false(t))

TENSOR_USES = 4


class Book(TorchDispatchMode):
    """Books each storage once, from the operator that makes it to its release."""
    def __init__(self, names):
        super().__init__()
        self.names = names
        self.storages = {}      # id -> record
        self.by_cdata = {}      # cdata -> id (alive)
        self.events = []        # (kind, id, bytes)
        self.labels = []        # (step, phase, op, module) of each
        self.step = 0
        self.live = self.live512 = 0
        self.peak = self.peak512 = 0
        self.peak_at = None
        self.peak_stack = None
        self.next = 0
        self.phase = "setup"
        self.ops = []           # (module, func, args, kwargs, outs, storages, call), forward only
        self.trail = None       # (module, op, number of the next autograd node), and (None, op, number of the node that runs) in the backward pass
        self.marks = None       # (name, op, ids, events so far), holding no tensor
        self.record_ops = False
        self.call = None        # the framework's function that is running, while calls are watched

    def book(self, t, op):
        s = t.untyped_storage()
        c = s._cdata
        if c in self.by_cdata:
            return self.by_cdata[c]
        i = self.next
        self.next += 1
        n = s.nbytes()
        r = {"id": i, "bytes": n, "op": op, "module": self.names.here(), "phase": self.phase}
        self.storages[i] = r
        self.by_cdata[c] = i
        self.events.append(("a", i, n))
        self.labels.append((self.step, self.phase, op, r["module"]))
        self.live += n
        self.live512 += -(-n // 512) * 512
        if self.live512 > self.peak512:
            self.peak512 = self.live512
            self.peak_live = self.live
            self.peak_at = f"{self.phase}:{op}:{r['module']}"
            self.peak_event = len(self.events)
        def gone(_, c=c, i=i, n=n):
            if self.by_cdata.get(c) == i:
                del self.by_cdata[c]
            self.events.append(("f", i, n))
            self.labels.append((self.step, self.phase, "", ""))
            self.live -= n
            self.live512 -= -(-n // 512) * 512
        r["ref"] = weakref.ref(s, gone)
        return i

    def reset_peak(self):
        self.peak512 = self.live512
        self.peak_live = self.live
        self.peak_event = len(self.events)
        self.peak_at = f"{self.phase}:start"

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func is aten.add.Tensor and not kwargs and self.phase == "backward" and accumulates_in_place(args):
            func = aten.add_.Tensor
        out = func(*args, **kwargs)
        op = opname(func)
        flat, _ = tree_flatten(out)
        outs = [t for t in flat if isinstance(t, torch.Tensor)]
        ids = []
        for t in outs:
            if t.device.type != DEV:
                continue
            ids.append(self.book(t, op))
        if self.record_ops and self.phase == "forward":
            self.ops.append((self.names.here(), func, args, kwargs, outs, ids, self.call))
        if self.trail is not None and self.phase == "forward":
            self.trail.append((self.names.here(), op, torch.autograd._get_sequence_nr()))
        if self.trail is not None and self.phase == "backward":
            node = torch._C._current_autograd_node()
            self.trail.append((None, op, node and node._sequence_nr()))
        if self.marks is not None:
            self.marks.append((self.names.here(), op, ids, len(self.events)))
        return out


def storage_id(book, t):
    return book.by_cdata.get(t.untyped_storage()._cdata)


def fake(model, dtype=None):
    """Every parameter and buffer becomes an empty CUDA tensor of the same shape; shared ones stay shared."""
    memo = {}
    for m in model.modules():
        for d in (m._parameters, m._buffers):
            for k, t in list(d.items()):
                if t is None: continue
                if id(t) not in memo:
                    e = torch.empty(t.shape, dtype=dtype if dtype and t.is_floating_point() else t.dtype, device=DEV)
                    memo[id(t)] = (t, nn.Parameter(e, requires_grad=t.requires_grad) if isinstance(t, nn.Parameter) else e)
                d[k] = memo[id(t)][1]


def registered(model):
    """Buffers by name, before the first forward pass, which may replace them."""
    return dict(model.named_buffers())


def registration(model):
    """Each tensor's place in the order of Module.to() (children first) and in that of Module.parameters(): classes register modules in another order than they run."""
    placed, stepped = {}, {}
    def walk(m):
        for c in m.children(): walk(c)
        for t in [*m._parameters.values(), *m._buffers.values()]:
            if t is not None: placed.setdefault(t.untyped_storage()._cdata, len(placed))
    walk(model)
    for q in model.parameters(): stepped.setdefault(q.untyped_storage()._cdata, len(stepped))
    return placed, stepped


def skip_initialisation():
    """Weights are never computed with: filling them costs minutes."""
    init = torch.nn.init
    for n in dir(init):
        if n.endswith("_") and not n.startswith("__") and callable(getattr(init, n)):
            setattr(init, n, lambda tensor=None, *a, **k: tensor)


def optimizer_for(model, kind):
    """torch.optim's own defaults on CUDA. A fake tensor's type would make it fall back to the for-loop, so foreach is said."""
    p = [q for q in model.parameters() if q.requires_grad]
    o = torch.optim
    return {"sgd": lambda: o.SGD(p, lr=.1, foreach=True),
            "momentum": lambda: o.SGD(p, lr=.1, momentum=.9, foreach=True),
            "adam": lambda: o.Adam(p, foreach=True),
            "adamw": lambda: o.AdamW(p, foreach=True),
            "adam_amsgrad": lambda: o.Adam(p, amsgrad=True, foreach=True),
            "adam_forloop": lambda: o.Adam(p, foreach=False),
            "adam_fused": lambda: o.Adam(p, fused=True),
            "rmsprop": lambda: o.RMSprop(p, momentum=.9, foreach=True),
            "rmsprop_centered": lambda: o.RMSprop(p, momentum=.9, centered=True, foreach=True),
            "adagrad": lambda: o.Adagrad(p, foreach=True),
            "adadelta": lambda: o.Adadelta(p, foreach=True),
            "adamax": lambda: o.Adamax(p, foreach=True),
            "nadam": lambda: o.NAdam(p, foreach=True),
            "radam": lambda: o.RAdam(p, foreach=True),
            }[kind]()


def category(op, module):
    if op in ACTIVATIONS or op in DROPOUTS:
        return "activations"
    return "feature_maps"


def training_step(make, batch, shape, classes=1000, optimizer="sgd", autocast=None, inference=False, replay=True, accumulate=1, steps=3, dtype=None, record=False, told=None, checkpoint=(), trail=False):
    """One report: bytes by category, what autograd saved, allocated and reserved peaks of a later step."""
    report = {"batch_size": batch, "optimizer": optimizer, "autocast": autocast, "mode": "inference" if inference else "training"}
    if accumulate > 1: report["accumulation_steps"] = accumulate
    if checkpoint: report["checkpointing"] = list(checkpoint)
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    model = make()                      # real, small, on the CPU; then its tensors are replaced by fake CUDA ones
    with mode:
        fake(model, dtype)
        model.train(not inference)
        names = Names(model)
        book = Book(names)
        if record: book.registered, book.orders = registered(model), registration(model)
        if trail: book.trail = report["trail"] = []
        def move(m):                        # the order of Module.to()
            for c in m.children(): move(c)
            for p in m._parameters.values():
                if p is not None: book.book(p, "parameter")
            for b in m._buffers.values():
                if b is not None: book.book(b, "buffer")
        move(model)
        for path in checkpoint:
            m = model.get_submodule(path)
            m.forward = (lambda *a, f=m.forward, **k: torch.utils.checkpoint.checkpoint(f, *a, use_reentrant=False, **k))
        book.parameter_names = {p.untyped_storage()._cdata: n for n, p in model.named_parameters()}
        book.parameter_names.update({b.untyped_storage()._cdata: n for n, b in model.named_buffers()})
        param_ids = {storage_id(book, p) for p in model.parameters()}
        buffer_ids = {storage_id(book, b) for b in model.buffers() if b.device.type == DEV}
        report["parameters"] = sum(p.numel() for p in model.parameters())
        report["parameter_bytes"] = sum(book.storages[i]["bytes"] for i in param_ids)
        report["buffer_bytes"] = sum(book.storages[i]["bytes"] for i in buffer_ids)
        with book:
            book.phase = "input"
            x = torch.empty((batch, *shape), device=DEV, dtype=getattr(make, "input_dtype", None) or dtype or torch.float32)
            y = torch.empty((batch, *getattr(make, "target_shape", ())), device=DEV, dtype=torch.int64)
            xid, yid = storage_id(book, x), storage_id(book, y)
            cm = (lambda: torch.autocast("cuda", dtype=getattr(torch, autocast))) if autocast else contextlib.nullcontext
            if inference:
                with torch.no_grad():
                    for k in range(2):
                        book.phase = "forward"; book.reset_peak()
                        with cm():
                            out = model(x)
                        del out
                report["allocated_peak_bytes"] = book.peak512
                report["tensor_peak_bytes"] = book.peak_live
                report["peak_at"] = book.peak_at
                report["resident_bytes"] = book.live
            else:
                opt = optimizer_for(model, optimizer)
                lossf = nn.CrossEntropyLoss()
                for k in range(steps):
                    book.step = k + 1
                    book.reset_peak()
                    for a in range(accumulate):
                        book.phase = "forward"
                        saved = {}
                        order = []
                        def pack(t):
                            i = storage_id(book, t)
                            if i is None and t.device.type == DEV:
                                i = book.book(t, "untracked")
                            if i is not None and i not in saved:
                                saved[i] = 1
                                order.append(i)
                            return t
                        book.record_ops = record
                        with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
                            with cm():
                                if record:
                                    with without_python_overrides(), Calls(book, told) as calls: out = model(x)
                                else:
                                    out = model(x)
                                if not isinstance(out, torch.Tensor):
                                    aux = [o for o in (out if isinstance(out, (tuple, list)) else vars(out).values() if hasattr(out, "__dict__") else out) if isinstance(o, torch.Tensor)]
                                    out = aux
                                book.phase = "loss"
                                loss = None if record else lossf(out, y) if isinstance(out, torch.Tensor) else sum(lossf(o, y) for o in out)
                        book.record_ops = False
                        if record:
                            book.kept = (out, loss, model)
                            report["calls"] = calls.all
                            return report, book, book.ops, (xid, yid), param_ids
                        if k == steps - 1 and a == 0:
                            rows = [book.storages[i] for i in order if i not in param_ids and i not in buffer_ids]
                            report["saved_bytes"] = sum(r["bytes"] for r in rows)
                            report["saved_storages"] = len(rows)
                            report["saved_input_bytes"] = sum(book.storages[i]["bytes"] for i in (xid, yid) if i in saved)
                            by = {}
                            for r in rows:
                                key = r["op"] if r["id"] not in (xid, yid) else "input"
                                by[key] = by.get(key, 0) + r["bytes"]
                            report["saved_by_op"] = dict(sorted(by.items(), key=lambda e: -e[1]))
                            report["_saved_rows"] = [(r["module"], r["op"], r["bytes"]) for r in rows]
                            report["after_forward_bytes"] = book.live
                        del out
                        book.phase = "backward"
                        loss.backward()
                        del loss
                    if k == steps - 1:
                        report["gradient_bytes"] = sum({s._cdata: s.nbytes() for s in (p.grad.untyped_storage() for p in model.parameters() if p.grad is not None)}.values())
                        report["after_backward_bytes"] = book.live
                        bw_peak, bw_at, bw_live = book.peak512, book.peak_at, book.peak_live
                        report["forward_backward_peak_bytes"] = bw_peak
                    book.phase = "optimizer_step"
                    before = (book.peak512, book.peak_live, book.peak_at, book.peak_event)
                    book.reset_peak()
                    opt.step()
                    if k == steps - 1: report["optimizer_step_peak_bytes"] = book.peak512
                    opt.zero_grad(set_to_none=True)
                    if before[0] >= book.peak512: book.peak512, book.peak_live, book.peak_at, book.peak_event = before
                state = 0
                for st in opt.state.values():
                    for v in st.values():
                        if isinstance(v, torch.Tensor) and v.device.type == DEV:
                            state += v.untyped_storage().nbytes()
                report["optimizer_state_bytes"] = state
                report["allocated_peak_bytes"] = book.peak512
                report["tensor_peak_bytes"] = book.peak_live
                report["peak_at"] = book.peak_at
                # the stack at the peak
                ev = book.events
                alive = {}
                for kind, i, n in ev[:book.peak_event]:
                    if kind == "a": alive[i] = n
                    else: alive.pop(i, None)
                stack = {}
                for i, n in alive.items():
                    r = book.storages[i]
                    key = ("parameters" if i in param_ids else "buffers" if i in buffer_ids else "input" if i in (xid, yid)
                           else r["phase"] + ":" + r["op"])
                    stack[key] = stack.get(key, 0) + n
                report["peak_stack"] = dict(sorted(stack.items(), key=lambda e: -e[1])[:14])
        events = list(book.events)
        book.end = len(events)
        ops = book.ops
    if replay:
        report.update(replay_allocator(events))
    return report, book, ops, (xid, yid), param_ids


def forward_lifetimes(make, batch, shape):
    """What Python's references alone keep alive in a forward pass: autograd is there but saves nothing.

    Returns the operators in order, as (module, operator, storages of its results); the last operator after whose run each storage was still held;
    the modules that run an operator in evaluation; and, of training and of evaluation, what a first pass makes that is held after it and that a second
    pass does not make again, as (module, operator, the how manieth of that operator in the module).
    """
    training, evaluation = (passes(make, batch, shape, train) for train in (True, False))
    ops, events = training[0][:2]
    release, k = {}, 0
    for e, (kind, i, _) in enumerate(events):
        while k < len(ops) and ops[k][3] <= e: k += 1
        if kind == "f": release[i] = k - 1
    return [(m, o, ids) for m, o, ids, _ in ops], release, {m for m, *_ in evaluation[0][0]}, kept(*training), kept(*evaluation)


def passes(make, batch, shape, train):
    """Two forward passes of a model that ran none before: marks, events until the model returns, storages held after it."""
    model, seen = make(), []
    with FakeTensorMode(allow_non_fake_inputs=True):
        fake(model)
        model.train(train)
        names = Names(model)
        x = torch.empty((batch, *shape), device=DEV, dtype=getattr(make, "input_dtype", torch.float32))
        for _ in range(2):
            book = Book(names); book.phase = "forward"; book.marks = []
            with book, torch.autograd.graph.saved_tensors_hooks(lambda t: None, lambda t: t), torch.set_grad_enabled(train):
                out = model(x)
                end = len(book.events)
                del out
            seen.append((book.marks, book.events[:end], set(book.by_cdata.values())))
    return seen


def kept(first, second):
    """What the first pass makes and a module keeps, so that the second one does not make it again."""
    later = collections.Counter((m, o) for m, o, *_ in second[0])
    cached, seen = set(), collections.Counter()
    for m, o, ids, _ in first[0]:
        seen[m, o] += 1
        if first[2].intersection(ids) and o not in VIEWS and seen[m, o] > later[m, o]: cached.add((m, o, seen[m, o]))
    return cached


def gradient_copies(make, batch, shape):
    """Operators of a forward pass in order, as (module, operator), and for each how often its backward step copies a gradient to put it in order.

    Autograd numbers its nodes as they are made: the operator that runs when a node was made last is the node's own.
    """
    trail = training_step(make, batch, shape, replay=False, steps=1, trail=True)[0]["trail"]
    forward = [(m, op, number) for m, op, number in trail if m is not None]
    copies = collections.Counter(node for m, op, node in trail if m is None and op == "clone")
    own = {}
    for k, (_, op, number) in enumerate(forward):
        if op not in ("device", "detach"): own.setdefault(number - 1, k)
    counted = {own[node]: n for node, n in copies.items() if node in own}
    return [(m, op) for m, op, _ in forward], [counted.get(k, 0) for k in range(len(forward))]


def replay_allocator(events):
    """The same requests and releases, given to PyTorch's own CUDA caching allocator."""
    torch.cuda.empty_cache(); torch.cuda.reset_peak_memory_stats()
    base_a, base_r = torch.cuda.memory_allocated(), torch.cuda.memory_reserved()
    ptr = {}
    fail = 0
    for kind, i, n in events:
        if n == 0: continue
        if kind == "a":
            ptr[i] = torch.cuda.caching_allocator_alloc(n)
        else:
            torch.cuda.caching_allocator_delete(ptr.pop(i))
    s = torch.cuda.memory_stats()
    out = {"replayed_allocated_peak_bytes": s["allocated_bytes.all.peak"] - base_a, "reserved_peak_bytes": s["reserved_bytes.all.peak"] - base_r,
           "segments": s["segment.all.current"], "inactive_split_bytes": s["inactive_split_bytes.all.peak"]}
    for p in ptr.values(): torch.cuda.caching_allocator_delete(p)
    torch.cuda.empty_cache()
    return out


if __name__ == "__main__":
    import torchvision
    for name in sys.argv[1:]:
        t = time.time()
        r, *_ = training_step(getattr(torchvision.models, name), 32, (3, 224, 224), optimizer="momentum")
        r.pop("_saved_rows")
        print(name, json.dumps(r, indent=1), round(time.time() - t, 1), "s")
