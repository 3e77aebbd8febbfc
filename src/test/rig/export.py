"""A model's forward pass as layers of the contract, with shapes that leave the batch out."""
import collections, torch
import calls, extents, groundtruth as g, tidy
from groundtruth import opname, ACTIVATIONS, VIEWS

SKIP = {"device", "empty", "empty_like", "new_empty", "new_zeros", "new_ones", "new_full", "zeros_like", "ones_like", "full_like", "zeros", "ones", "full", "arange"}
PARTS = {"split", "split_with_sizes", "chunk", "unbind"}      # one node hands out all parts, and puts their gradients together
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")      # a batch norm has them without saying
ELEMENTWISE = {"add": "add", "add_": "add", "sub": "sub", "sub_": "sub", "rsub": "sub", "mul": "mul", "mul_": "mul", "div": "div", "div_": "div"}


def arguments(func, args, kwargs):
    out = {}
    for i, a in enumerate(func._schema.arguments):
        out[a.name] = args[i] if i < len(args) else kwargs.get(a.name, a.default_value)
    return out


def per_sample(s1, s2, b1, b2):
    """Shape without the batch, and whether there was one."""
    n1 = n2 = 1
    for d in s1: n1 *= d
    for d in s2: n2 *= d
    if n1 == n2:
        return list(s1), False
    assert n1 * b2 == n2 * b1, (s1, s2)
    out, done = [], False
    for i, (x, y) in enumerate(zip(s1, s2)):
        if x != y:
            k = x // b1
            assert not done
            done = True
            if not (i == 0 and k == 1):
                out.append(k)
        else:
            out.append(x)
    return out, True


def watched_under_autocast(make, batch, shape):
    """What a pass under autocast shows of the calls: casts that change a format there, by number, and all calls.

    A model that cannot run so tells nothing.
    """
    try: seen = g.training_step(make, batch, shape, record=True, autocast="bfloat16", replay=False, steps=1)[0]["calls"]
    except (RuntimeError, TypeError, AssertionError): return {}, []
    return {c.number: c for c in seen if c.cast_to is not None and c.source.dtype != c.cast_to}, seen


def dims_of(dims, t, t2, b):
    """Dimensions as a config counts them: its shapes leave a leading batch out, and count from 1 behind it.

    A batch elsewhere stays in the shape as its factor, so that every dimension counts one more.
    """
    s, batched = per_sample(tuple(t.shape), tuple(t2.shape), *b)
    folded = batched and len(s) == t.dim()
    return [d + 1 if folded and d >= 0 else d for d in dims]


class Exporter:
    def __init__(self, make, shape, b1=2, b2=3, seen=None):
        self.b = (b1, b2)
        g.skip_initialisation()
        self.seen = told, self.autocast_off = seen or watched_under_autocast(make, b1, shape)
        self.rebound = {}           # such a cast -> what it casts, whose variable is the cast's from then on
        self.besides = {}           # call -> a cast of its result that only autocast runs
        recorded = lambda: [g.training_step(make, b, shape, record=True, told=told, replay=False, steps=1) for b in self.b]
        runs = recorded()
        if self.autocast_off and not calls.agree(runs[0][0]["calls"], self.autocast_off):
            alike = calls.aligned(runs[0][0]["calls"], self.autocast_off)
            if alike is not None:
                same, self.besides = alike
                told = {n: c for n, c in same.items() if c.cast_to is not None and c.source.dtype != c.cast_to}
                self.autocast_off, runs = list(same.values()), recorded()
        self.ops, self.ops2, self.told = runs[0][2], runs[1][2], told
        assert len(self.ops) == len(self.ops2)
        if not calls.agree(runs[0][0]["calls"], self.autocast_off): self.autocast_off = []
        self.book, self.params, (self.xid, _) = runs[0][1], runs[0][4], runs[0][3]
        self.layers, self.used = [], collections.Counter()
        self.name_of = {}           # id(tensor) -> name
        self.by_view = {}           # (storage, shape, stride, offset) -> name
        self.unbatched = set()
        self.noise = {}             # id(storage) -> p
        self.expanded = set()       # views of a weight that hold the batch
        self.owner = {}             # storage of a weight -> the first layer that used it
        self.frozen = {p.untyped_storage()._cdata for p in self.book.kept[2].parameters() if not p.requires_grad}
        self.twin = {}              # id(tensor) -> the same one at the other batch size
        self.constants = {}         # (storage, offset, shape) -> name
        self.made = {}              # storage of a constant -> the layer that made it
        self.booked = set()         # storages that are there already
        self.given = set()          # constants from outside, and views of what is there, that a layer reads
        self.unused = set()         # layers that nothing reads and that are made all the same
        self.within = {}            # the cast that ends such an attention -> those that begin it, held until then
        self.raised = {}            # id(tensor) -> the cast of it that an attention of products works on
        self.biases = {}            # first layer of a weight -> the bias that it used beside it
        self.keep = []
        self.shape = shape
        self.registered = {b.untyped_storage()._cdata: (n, b) for n, b in self.book.registered.items() if not n.endswith(STATISTICS)}
        self.made_at = {}           # layer -> (operator's number, storage of its result, module, operator)
        self.call_of = {}           # layer -> the call that made it
        self.run()
        self.remaining_buffers()
        out = self.book.kept[0]
        self.outputs = [self.source(t) for t in ([out] if isinstance(out, torch.Tensor) else out)]

    def order(self, layer, t):
        c = t.untyped_storage()._cdata
        for k, d in zip(("placed", "stepped"), self.book.orders):
            if c in d: layer[k] = d[c]

    def is_cast(self, call):
        return call is not None and call.number in self.told

    def key(self, t):
        return (t.untyped_storage()._cdata, tuple(t.shape), tuple(t.stride()), t.storage_offset())

    def learn(self, t, name):
        self.name_of[id(t)] = name
        self.by_view[self.key(t)] = name
        self.keep.append(t)

    def fresh(self, base):
        base = base.lstrip(".") or "model"
        self.used[base] += 1
        return base if self.used[base] == 1 else f"{base}_{self.used[base] - 1}"

    def is_param(self, t):
        return self.book.by_cdata.get(t.untyped_storage()._cdata) in self.params

    def source(self, t):
        """The layer whose output this is; parameters and constants become layers on first use."""
        if id(t) in self.raised: return self.raised[id(t)]
        n = self.name_of.get(id(t)) or self.by_view.get(self.key(t))
        if n: return n
        if self.book.by_cdata.get(t.untyped_storage()._cdata) == self.xid and t.dim() == len(self.shape) + 1:
            self.learn(t, "x"); return "x"
        kind = "parameter" if self.is_param(t) else "buffer" if t.untyped_storage()._cdata in self.param_names else "constant"
        if t.untyped_storage()._cdata in self.registered:
            return self.buffer(t)
        if t.untyped_storage()._cdata in self.made: return self.part_of_constant(t)
        if kind == "constant" and any(n > 1 and not k for n, k in zip(t.shape, t.stride())): return self.expanded_constant(t)
        name = self.fresh(self.param_names.get(t.untyped_storage()._cdata, self.module + "." + kind))
        layer = {"name": name, "type": kind, "inputs": [], **(self.constant_shape(t) if kind == "constant" else {"shape": list(t.shape)})}
        if kind == "parameter" and t.untyped_storage()._cdata in self.frozen: layer["trainable"] = False
        if t.dtype != torch.float32: layer["dtype"] = str(t.dtype).replace("torch.", "")
        self.order(layer, t)
        self.layers.append(layer)
        self.given.add(name)
        self.learn(t, name)
        return name

    def constant_shape(self, t, once=False):
        """Of a constant; `batched` if it grows with the batch. Once: extents that are only repeated count one."""
        shape = lambda t: tuple(1 if once and not k else n for n, k in zip(t.shape, t.stride()))
        twin = self.twin.get(id(t))
        if twin is None: return {"shape": list(shape(t))}
        s, batched = per_sample(shape(t), shape(twin), *self.b)
        return {"shape": s, **({"batched": True} if batched else {})}

    def make_constant(self, t):
        """What an operator makes of nothing, or of constants alone, while the model runs."""
        name = self.fresh(self.module + ".constant")
        dtype = {} if t.dtype == torch.float32 else {"dtype": str(t.dtype).replace("torch.", "")}
        layer = {"name": name, "type": "constant", "inputs": [], **self.constant_shape(t), **dtype}
        if t.is_complex(): layer.update(shape=layer["shape"] + [2], dtype=str(t.real.dtype).replace("torch.", ""))
        self.layers.append(layer)
        self.made[t.untyped_storage()._cdata] = layer
        self.learn(t, name)

    def part_of_constant(self, t):
        """A view of a constant."""
        base = self.made[t.untyped_storage()._cdata]
        view = self.constant_shape(t)
        n = t.untyped_storage().nbytes() // t.element_size()
        kind = "slice" if t.numel() < n else "expand" if t.numel() > n else "reshape"
        name = self.fresh(self.module + "." + kind)
        self.given.add(name)
        self.made_at[name] = (self.number, self.book.by_cdata[t.untyped_storage()._cdata], None, "view")
        self.layers.append({"name": name, "type": kind, "inputs": [base["name"]], "shape": view["shape"], **({} if "batched" in view else {"batched": False})})
        self.learn(t, name)
        return name

    def expanded_constant(self, t):
        """A constant that is seen repeated: what it holds, and the view of it."""
        key = (t.untyped_storage()._cdata, t.storage_offset(), tuple(n if k else 1 for n, k in zip(t.shape, t.stride())))
        if key not in self.constants:
            self.constants[key] = self.fresh(self.module + ".constant")
            dtype = {} if t.dtype == torch.float32 else {"dtype": str(t.dtype).replace("torch.", "")}
            self.layers.append({"name": self.constants[key], "type": "constant", "inputs": [], **self.constant_shape(t, once=True), **dtype})
        name = self.fresh(self.module + ".expand")
        view = self.constant_shape(t)
        self.given.update((name, self.constants[key]))
        self.layers.append({"name": name, "type": "expand", "inputs": [self.constants[key]], "shape": view["shape"], **({} if "batched" in view else {"batched": False})})
        self.learn(t, name)
        return name

    def buffer(self, t):
        """A registered buffer, or a view of one."""
        c = t.untyped_storage()._cdata
        name, b = self.registered[c]
        if not any(l["name"] == name for l in self.layers):
            self.used[name] += 1
            self.layers.append({"name": name, "type": "buffer", "inputs": [], "shape": list(b.shape), **({} if b.dtype == torch.float32 else {"dtype": str(b.dtype).replace("torch.", "")})})
            self.order(self.layers[-1], b)
            self.learn(b, name)
        if t.shape == b.shape: return name
        view = self.fresh(name + ".view")
        self.given.add(view)
        kind = "slice" if t.numel() < b.numel() else "expand" if t.numel() > b.numel() else "reshape"
        self.layers.append({"name": view, "type": kind, "inputs": [name], "shape": list(t.shape), "batched": False})
        self.learn(t, view)
        return view

    def remaining_buffers(self):
        """Those that no layer uses as numbers (indices, masks): they are held all the same."""
        known = {l["name"] for l in self.layers}
        rest = [{"name": n, "type": "buffer", "inputs": [], "shape": list(b.shape), **({} if b.dtype == torch.float32 else {"dtype": str(b.dtype).replace("torch.", "")})}
                for n, b in self.registered.values() if n not in known and b.device.type == g.DEV]
        now = dict(self.book.kept[2].named_buffers())
        for l in rest:
            self.order(l, self.book.registered[l["name"]])
            made = self.made.get(now[l["name"]].untyped_storage()._cdata) if now.get(l["name"]) is not None else None
            if made is not None: l["held_until"] = made["name"]         # the pass replaced it
        self.layers[:0] = rest

    def emit(self, kind, base, ins, out, out2, **attrs):
        name = self.fresh(base)
        layer = {"name": name, "type": kind, "inputs": [self.source(t) for t in ins]}
        own = attrs.pop("own", None)
        layer.update({k: v for k, v in attrs.items() if v is not None})
        if own is not None and self.is_param(own):
            c = own.untyped_storage()._cdata
            if c in self.frozen: layer["trainable"] = False
            first = self.owner.setdefault(c, name)
            if first != name: layer["shares"] = first
            else: self.order(layer, own)
        if "batched" not in layer and not per_sample(tuple(out.shape), tuple(out2.shape), *self.b)[1]: layer["batched"] = False
        self.layers.append(layer)
        self.learn(out, name)
        return layer

    def run(self):
        self.number = 0
        self.param_names = self.book.parameter_names
        spelled_out = {o[6].number for o in self.ops if o[6] is not None and o[6].name == calls.ATTENTION and opname(o[1]) == "_safe_softmax"}
        last = {o[6].number: i for i, o in enumerate(self.ops) if o[6] is not None}
        gives = {o[6].number: i for i, o in enumerate(self.ops) if o[6] is not None and o[4]}
        self.booked.update(i for i, s in self.book.storages.items() if s["phase"] != "forward")
        self.booked.update(i for o in self.ops if opname(o[1]) in ("bernoulli_", "bernoulli") for i in o[5])      # a layer stands for its noise
        shares = {o[6].number: i for i, o in enumerate(self.ops) if o[6] is not None and opname(o[1]) in ("_safe_softmax", "native_dropout")}
        for (m, f, a, k, outs, ids, call), (m2, f2, a2, k2, outs2, ids2, _) in zip(self.ops, self.ops2):
            assert f is f2 and m == m2, (f, f2, m, m2)
            before = len(self.layers)
            self.call, self.module = call, m
            self.new = bool(ids) and ids[0] not in self.booked and outs[0].untyped_storage().nbytes() > 0
            self.booked.update(ids)
            products = call is not None and call.number in spelled_out
            if products and not self.raised: self.raise_operands(call)
            self.step(m, f, arguments(f, a, k), arguments(f2, a2, k2), outs, outs2)
            if products:
                for l in self.layers[before:]: l["autocast"] = False
                if shares[call.number] == self.number: self.lower_shares(call, outs[0])
                if last[call.number] == self.number: self.lower_result(call)
            for l in self.layers[before:]:
                if l["type"] in ("parameter", "buffer"): continue
                if l["name"] not in self.given: self.made_at[l["name"]] = (self.number, ids[0] if ids else None, m, opname(f))
                if call is None or l["type"] == "constant" and (call.name != calls.ATTENTION or l["name"] in self.given): continue
                self.call_of[l["name"]] = call
                if call.number < len(self.autocast_off) and not self.autocast_off[call.number].autocast: l["autocast"] = False
            if call is not None and call.number in self.besides and gives[call.number] == self.number: self.cast_besides(outs[0])
            self.number += 1

    def cast_besides(self, t):
        """A cast that a model makes under autocast alone: who reads the value from now on reads what it was cast to."""
        cast = self.besides[self.call.number]
        name = self.fresh(self.module + ".to")
        source = self.source(t)
        how = {"dtype": "float32"} if cast.cast_to == torch.float32 else {"dtype_of": source}
        self.layers.append({"name": name, "type": "to", "inputs": [source], **how})
        self.beside(name, t, self.number + .5)
        self.learn(t, name)
        self.rebound[name] = source

    def raise_operands(self, call):
        """Attention spelled out as products works in float32 whatever it is given (`_scaled_dot_product_attention_math`)."""
        for t in call.given:
            name = self.fresh(self.module + ".to")
            self.layers.append({"name": name, "type": "to", "inputs": [self.source(t)], "dtype": "float32"})
            self.beside(name, t, self.number - .5)
            self.keep.append(t)
            self.raised[id(t)] = name

    def beside(self, name, t, at):
        """A cast, which no operator of a float32 pass makes, runs before or after the operator of that number."""
        self.given.add(name)
        self.made_at[name] = (at, self.book.by_cdata[t.untyped_storage()._cdata], None, "to")

    def lower_shares(self, call, t):
        """The shares of attention are cast back beside the result, which alone is handed on."""
        name = self.fresh(self.module + ".to")
        self.layers.append({"name": name, "type": "to", "inputs": [self.name_of[id(t)]], "dtype_of": self.lowered_as(call), "autocast": False})
        self.beside(name, t, self.number + .5)
        self.raised[name] = name
        self.unused.add(name)

    def lowered_as(self, call):
        """A value that has the format of what the attention was given."""
        return next(l for l in self.layers if l["name"] == self.raised[id(call.given[0])])["inputs"][0]

    def lower_result(self, call):
        result, inner, like = self.source(call.out), list(self.raised.values()), self.lowered_as(call)
        self.raised = {}
        name = self.fresh(self.module + ".to")
        self.layers.append({"name": name, "type": "to", "inputs": [result], "dtype_of": like, "autocast": False})
        self.beside(name, call.out, self.number + .5)
        self.learn(call.out, name)
        self.within[name] = inner

    def cast(self, source, out, out2):
        """A cast that changes nothing in float32, in whose place stands an alias."""
        seen = self.told[self.call.number]
        src = self.source(source)
        like = self.call.like
        how = {"dtype": "float32"} if seen.cast_to == torch.float32 else {"dtype_of": self.source(like) if like is not None else src}
        name = self.fresh(self.module + ".to")
        batched = per_sample(tuple(out.shape), tuple(out2.shape), *self.b)[1]
        self.layers.append({"name": name, "type": "to", "inputs": [src], **how, **({} if batched else {"batched": False})})
        self.learn(out, name)

    def step(self, module, func, A, A2, outs, outs2):
        op = opname(func)
        self.module = module
        for o, o2 in zip(outs, outs2):
            self.twin[id(o)] = o2; self.keep.append(o)
        if not outs or outs[0].device.type != g.DEV: return
        if op in SKIP:
            if self.new: self.make_constant(outs[0])
            return
        out, out2 = outs[0], outs2[0]
        shp = lambda t, t2: per_sample(tuple(t.shape), tuple(t2.shape), *self.b)[0]
        tensors = [v for v in A.values() if isinstance(v, torch.Tensor)]
        lists = [v for v in A.values() if isinstance(v, (list, tuple)) and v and any(isinstance(e, torch.Tensor) for e in v)]
        if op == "alias" and self.is_cast(self.call) and (tensors[0].untyped_storage()._cdata in self.made or not self.constant(tensors)): return self.cast(tensors[0], out, out2)
        has_param_view = tensors and all(self.is_param(t) for t in tensors)
        n = self.name_of.get(id(tensors[0])) or self.by_view.get(self.key(tensors[0])) if tensors else None
        if op in VIEWS and has_param_view and op not in ("expand",) and not lists and n not in self.expanded:
            # a weight seen another way: still the weight
            if n: self.learn(out, n)
            return
        if op in ("bernoulli_", "bernoulli"):
            p = A.get("p"); self.noise[out.untyped_storage()._cdata] = 1 - p if isinstance(p, float) else None; self.keep.append(out); return
        if op in ("div_", "div") and tensors[0].untyped_storage()._cdata in self.noise: return
        if self.constant(tensors + [t for l in lists for t in l if isinstance(t, torch.Tensor)]):
            if self.new: self.make_constant(out)    # masks, indices, rotary tables
            return
        base = module
        if op == "convolution":
            w = A["weight"]; nd = w.dim() - 2
            gq = A["groups"]
            if A["transposed"]:
                ci, co = w.shape[0], w.shape[1] * gq
            else:
                ci, co = w.shape[1] * gq, w.shape[0]
            if w.shape != A2["weight"].shape:               # one weight for each sample, a group for each: those of one
                ci, co, gq = (n // self.b[0] for n in (ci, co, gq))
            kind = ("conv_transpose" if A["transposed"] else "conv") + f"{nd}d"
            full = lambda v: list(v) * nd if len(v) == 1 else list(v)
            computed = {} if self.is_param(w) else {"weight": self.source(w)}
            self.emit(kind, base, [A["input"]], out, out2, **computed, own=w, in_channels=ci, out_channels=co, kernel_size=list(w.shape[2:]), stride=full(A["stride"]), padding=full(A["padding"]),
                      dilation=full(A["dilation"]), groups=gq, bias=A["bias"] is not None and self.is_param(A["bias"]), output_padding=full(A["output_padding"]) if A["transposed"] else None)
        elif op in ("cudnn_batch_norm", "native_batch_norm", "_native_batch_norm_legit", "_batch_norm_with_update", "_batch_norm_impl_index"):
            x, w = A["input"], A["weight"]
            computed = {} if w is None or self.is_param(w) else {"weight": self.source(w)}
            self.emit(f"batch_norm{max(1, x.dim() - 2)}d", base, [x], out, out2, **computed, own=w, num_features=x.shape[1], affine=w is not None and not computed, track_running_stats=A.get("running_mean") is not None)
        elif op == "native_layer_norm":
            self.emit("layer_norm", base, [A["input"]], out, out2, own=A["weight"], normalized_shape=list(A["normalized_shape"]), elementwise_affine=A["weight"] is not None, bias=A["bias"] is not None)
        elif op == "native_group_norm":
            w = A["weight"]
            computed = {} if w is None or self.is_param(w) and A["bias"] is not None else {"weight": self.source(w)}      # without a bias it is a parameter beside it
            self.emit("group_norm", base, [A["input"]], out, out2, **computed, own=w, num_groups=A["group"], num_channels=A["C"], affine=w is not None and not computed)
        elif op in ("addmm", "mm") and self.is_param(A["mat2"]):
            x, w = (A["mat1"], A["mat2"]) if op == "addmm" else (A["self"], A["mat2"])
            bias = A["self"] if op == "addmm" else None
            first = self.owner.get(w.untyped_storage()._cdata)
            own = bias is not None and self.is_param(bias) and (first is None or self.biases.get(first) == bias.untyped_storage()._cdata)
            computed = {} if bias is None or own else {"bias_from": self.source(bias)}      # a tied weight may have a bias of its own
            layer = self.emit("linear", base, [x], out, out2, own=w, in_features=w.shape[0], out_features=w.shape[1], bias=op == "addmm" and not computed, **computed)
            if first is None and own: self.biases[layer["name"]] = bias.untyped_storage()._cdata
        elif op in ("bmm", "mm"):
            self.emit("matmul", base + ".matmul", [A["self"], A["mat2"]], out, out2)
        elif op == "_prelu_kernel":
            self.emit("prelu", base, [A["self"]], out, out2, own=A["weight"], num_parameters=A["weight"].numel())
        elif op in ACTIVATIONS:
            kind = ACTIVATIONS[op]
            extra = {}
            if kind == "hardtanh":
                kind = "relu6" if (A["min_val"], A["max_val"]) == (0, 6) else kind
                if kind == "hardtanh": extra = {"min_val": A["min_val"], "max_val": A["max_val"]}
            if kind == "softmax": extra = {"dim": A["dim"]}
            leaf = base.rsplit(".", 1)[-1]
            self.emit(kind, base + "." + kind if not self.leaf(module) else base, tensors[:1], out, out2, inplace=True if op.endswith("_") else None, **extra)
        elif op in ("max_pool2d_with_indices", "max_pool3d_with_indices"):
            nd = int(op[8])
            full = lambda v: list(v) * nd if len(v) == 1 else list(v)
            k = full(A["kernel_size"])
            self.emit("max_pool", base if self.leaf(module) else base + ".max_pool", tensors[:1], out, out2, kernel_size=k, stride=full(A["stride"]) if A["stride"] else k, padding=full(A["padding"]), dilation=full(A["dilation"]), ceil_mode=A["ceil_mode"])
        elif op == "embedding" and self.is_param(A["weight"]):
            self.emit("embedding", base, [A["indices"]], out, out2, own=A["weight"], num_embeddings=A["weight"].shape[0], embedding_dim=A["weight"].shape[1])
        elif op in ("avg_pool2d", "avg_pool3d"):
            nd = int(op[8])
            full = lambda v: list(v) * nd if len(v) == 1 else list(v)
            k = full(A["kernel_size"])
            self.emit("avg_pool", base if self.leaf(module) else base + ".avg_pool", tensors[:1], out, out2, kernel_size=k, stride=full(A["stride"]) if A["stride"] else k, padding=full(A["padding"]), ceil_mode=A["ceil_mode"])
        elif op in ("_adaptive_avg_pool2d", "_adaptive_avg_pool3d"):
            self.emit("adaptive_avg_pool", base if self.leaf(module) else base + ".adaptive_avg_pool", tensors[:1], out, out2, output_size=list(A["output_size"]))
        elif op == "mean" and A.get("dim") is not None:
            self.emit("mean", base if self.leaf(module) else base + ".mean", tensors[:1], out, out2, dim=dims_of(A["dim"], A["self"], A2["self"], self.b), keepdim=A["keepdim"])
            s, batched = per_sample(tuple(out.shape), tuple(out2.shape), *self.b)
            if batched and len(s) < out.dim() and dims_of([0], A["self"], A2["self"], self.b) == [1]:
                self.emit("reshape", base + ".reshape", [out], out, out2, shape=s)      # the batch comes first again
        elif op == "native_dropout":
            self.emit("dropout", base if self.leaf(module) else base + ".dropout", [A["input"]], out, out2, p=A["p"])
        elif op in ("mul", "mul_") and len(tensors) == 2 and any(t.untyped_storage()._cdata in self.noise for t in tensors):
            n = [t for t in tensors if t.untyped_storage()._cdata in self.noise][0]
            x = [t for t in tensors if t is not n][0]
            full = n.numel() == x.numel()
            self.emit("dropout" if full else "stochastic_depth", base if self.leaf(module) else base + ".drop", [x], out, out2, p=None, noise_shape=None if full else shp(n, [t for t in A2.values() if isinstance(t, torch.Tensor)][tensors.index(n) if False else [i for i, t in enumerate(tensors) if t is n][0]]), inplace=True if op == "mul_" else None)
        elif op in ELEMENTWISE:
            kind = ELEMENTWISE[op]
            self.emit(kind, base + "." + kind, tensors, out, out2, inplace=True if op.endswith("_") else None)
        elif op == "cat":
            nd = out.dim(); d = A["dim"]
            s, batched = per_sample(tuple(out.shape), tuple(out2.shape), *self.b)
            folded = batched and len(s) == nd               # the batch is a factor of some extent
            self.emit("concat", base + ".concat", list(A["tensors"]), out, out2, dim=d if d >= 0 else d + nd, output_shape=s if folded else None)
        elif op == "as_strided_":
            self.learn(out, self.source(tensors[0]))
        elif op == "constant_pad_nd":
            self.emit("pad", base + ".pad", tensors[:1], out, out2, padding=list(A["pad"]))
        elif op in ("clone", "contiguous", "_to_copy"):
            self.emit("contiguous", base + ".contiguous", tensors[:1], out, out2)
        elif op == "roll":
            self.emit("roll", base + ".roll", tensors[:1], out, out2)
        elif op in VIEWS:
            src = self.source(tensors[0])
            for o, o2 in zip(outs, outs2):
                s = shp(o, o2)
                n, m = o.numel(), tensors[0].numel()
                kind = "chunk" if op in PARTS and len(outs) > 1 else "slice" if n < m and op not in ("expand",) else "expand" if n > m else "permute" if op in ("permute", "transpose", "t") else "reshape"
                if op in ("detach", "alias"):
                    self.learn(o, src); continue
                name = self.fresh(base + "." + kind)
                if kind == "expand" or src in self.expanded: self.expanded.add(name)
                batched = per_sample(tuple(o.shape), tuple(o2.shape), *self.b)[1]
                self.layers.append({"name": name, "type": kind, "inputs": [src], "shape": s, **({} if batched else {"batched": False})})
                self.learn(o, name)
        elif op.startswith("_scaled_dot_product"):
            backend = op.removeprefix("_scaled_dot_product_").removesuffix("_attention")
            q, k, v = tensors[:3]
            self.emit("scaled_dot_product_attention", base + ".attention", tensors[:3] + ([A["attn_bias"]] if isinstance(A.get("attn_bias"), torch.Tensor) else []), out, out2,
                      backend=backend, num_heads=q.shape[1], query_length=q.shape[2], key_length=k.shape[2], head_dim=q.shape[3], dropout_p=A.get("dropout_p"), is_causal=A.get("is_causal"))
        else:
            given = lambda a: [t for v in a.values() for t in (v if isinstance(v, (list, tuple)) else [v]) if isinstance(t, torch.Tensor)]
            read = [t.is_floating_point() or t.untyped_storage()._cdata in self.made for t in given(A)]
            ins, ins2 = ([t for t, r in zip(given(a), read) if r] for a in (A, A2))
            saves_in, saves_out, extra = self.saved_by(out, ins)
            extra2 = self.saved_by(out2, ins2)[2]
            per, fixed = (extra // self.b[0], None) if extra * self.b[1] == extra2 * self.b[0] else (None, extra)
            s, batched = per_sample(tuple(out.shape), tuple(out2.shape), *self.b)
            self.emit("opaque", base + "." + op.strip("_"), ins, out, out2, operator=op, output_shape=s, batched=None if batched else False, dtype=None if out.is_floating_point() else str(out.dtype).replace("torch.", ""),
                      saves_inputs=sorted(set(saves_in)), saves_output=saves_out, saved_bytes_per_sample=per or None, saved_bytes=fixed)

    def saved_by(self, out, ins):
        """Which inputs, whether the output, and how many bytes beside them the operator's node has saved."""
        by_storage = {t.untyped_storage()._cdata: i for i, t in enumerate(ins)}
        fn, inputs, output, extra, seen = out.grad_fn, [], False, 0, set()
        for attr in dir(fn) if fn is not None else []:
            if not attr.startswith("_saved_"): continue
            try: v = getattr(fn, attr)
            except RuntimeError: continue
            for t in v if isinstance(v, (list, tuple)) else [v]:
                if not isinstance(t, torch.Tensor) or t.device.type != g.DEV: continue
                c = t.untyped_storage()._cdata
                if c in seen: continue
                seen.add(c)
                if c == out.untyped_storage()._cdata: output = True
                elif c in by_storage: inputs.append(by_storage[c])
                elif not self.is_param(t) and c not in self.param_names: extra += t.untyped_storage().nbytes()
        return inputs, output, extra

    def leaf(self, module):
        return True

    def constant(self, tensors):
        """Nothing here comes from the input or from a parameter."""
        for t in tensors:
            if t.untyped_storage()._cdata in self.made: continue
            if self.name_of.get(id(t)) or self.by_view.get(self.key(t)): return False
            if self.is_param(t) or self.book.by_cdata.get(t.untyped_storage()._cdata) == self.xid: return False
        return True


def tidied(e, merged=None, apart=()):
    asked = {n for n, call in e.call_of.items() if call.name in ("contiguous", "clone")}
    return tidy.tidy(e.layers, e.outputs, asked | e.unused, merged, apart)


def config(make, shape, model_name, job=None, dynamic=False):
    """A layer config. With ``dynamic``, which takes five times as long, it also says what follows the input's size."""
    e = Exporter(make, shape)
    merged, copies = {}, tidy.gradient_copies(e, make, shape)
    apart = {name for name, n in copies.items() if n}           # a copy is made when its own view's turn comes
    layers = tidied(e, merged, apart)
    follows = extents.note(layers, lambda m, s: tidied(Exporter(m, s, seen=e.seen), apart=apart), make, shape) if dynamic else None
    tidy.note_lifetimes(e, layers, make, shape)
    tidy.note_gradient_copies(layers, copies, merged)
    tidy.note_raised(e, layers)
    tidy.note_rebound(e, layers)
    tidy.note_calls(e, layers)
    dtype = str(getattr(make, "input_dtype", torch.float32)).replace("torch.", "")
    return {"schema": "headroom/layer-config/1", "job": job or model_name, "model": model_name,
            "framework": {"name": "pytorch", "version": torch.__version__.split("+")[0], "cuda": torch.version.cuda},
            "mode": "training", "batch_size": 32, "optimizer": {"type": "sgd", "momentum": 0.9},
            "inputs": [{"name": "x", "shape": list(shape), "dtype": dtype, **({"dynamic": follows} if follows else {})}], "lifetimes": "observed", "layers": layers,
            "outputs": e.outputs, "loss": {"type": "cross_entropy", "inputs": e.outputs}}
