"""From operators to layers: what autograd adds for itself goes, chains of views become one, lifetimes and calls are noted."""
import collections
import calls, groundtruth as g

VIEW_TYPES = ("reshape", "permute", "slice", "expand")


def tidy(layers, outputs, asked=(), merged=None, apart=()):
    """Clones that autograd makes for itself are no layers, those that the model asked for are; chains of views are one view.

    ``merged`` is told which layers went into which other one; those of ``apart`` do not.
    """
    merged = {} if merged is None else merged
    def consumers():
        c = collections.Counter(n for l in layers for n in l["inputs"])
        c.update(l[k] for l in layers for k in ("weight", "bias_from") if k in l)
        c.update(outputs)
        return c
    c = consumers()
    layers = [l for l in layers if not (l["type"] == "contiguous" and c[l["name"]] == 0 and l["name"] not in asked)]
    while True:
        c = consumers()
        by = {l["name"]: l for l in layers}
        drop = set()
        for l in layers:
            if l["type"] in VIEW_TYPES and l["inputs"][0] in by:
                i = by[l["inputs"][0]]
                if i["type"] in ("reshape", "permute") and c[i["name"]] == 1 and i["name"] not in drop and i["name"] not in apart:
                    if l["type"] in ("reshape", "permute"): l["type"] = "permute" if "permute" in (l["type"], i["type"]) else "reshape"
                    l["inputs"] = i["inputs"]
                    merged[i["name"]] = l["name"]
                    drop.add(i["name"])
        if not drop: break
        layers = [l for l in layers if l["name"] not in drop]
    used = set(n for l in layers for n in l["inputs"]) | set(outputs) | {l[k] for l in layers for k in ("weight", "bias_from") if k in l}
    made = lambda l: l["type"] not in VIEW_TYPES + ("chunk", "contiguous", "to", "parameter") or l["name"] in asked and l["type"] in ("contiguous", "to")
    return [l for l in layers if l["name"] in used or made(l)]           # also what nothing reads is made


def of_parameter(l, by_name):
    """Whether a layer only looks at a parameter or a buffer: held as long as that, it holds nothing of its own."""
    while l is not None and l["type"] in VIEW_TYPES: l = by_name.get(l["inputs"][0])
    return l is not None and l["type"] in ("parameter", "buffer")


def note_lifetimes(e, layers, make, shape):
    """`held_until` on each layer whose result Python holds beyond its last use, `training_only` on each that evaluation does not run."""
    ops, release, evaluated, *kept = g.forward_lifetimes(make, e.b[0], shape)
    # Saving detaches, which only one of the two runs does; a cast that changes nothing is an alias in one of them.
    unlike = ("detach", "device")
    here = [k for k, o in enumerate(e.ops) if g.opname(o[1]) not in unlike and not (g.opname(o[1]) == "alias" and e.is_cast(o[6]))]
    there = [k for k, o in enumerate(ops) if o[1] not in unlike]
    assert [g.opname(e.ops[k][1]) for k in here] == [ops[k][1] for k in there], "another sequence of operators"
    mine = {i: j for h, t in zip(here, there) for i, j in zip(e.ops[h][5], ops[t][2])}      # storage here -> storage there
    number = dict(zip(there, here))                                                         # operator there -> operator here
    place = {l["name"]: k for k, l in enumerate(layers)}
    root, last, seen = {}, {}, collections.Counter()
    by_name = {l["name"]: l for l in layers}
    for k, l in enumerate(layers):
        _, storage, module, op = e.made_at.get(l["name"], (None,) * 4)
        if storage is not None:
            root.setdefault(storage, l)
            last.setdefault(storage, k)
        for n in l["inputs"] + [l[k] for k in ("weight", "bias_from") if k in l]:
            s = e.made_at.get(n, (None,) * 4)[1]
            if s is not None: last[s] = k
        made = (module, op)
        seen[made] += 1
        for field, cached in zip(("held_in_training", "held_in_evaluation"), kept):
            if (*made, seen[made]) in cached: l[field] = True
        if module is not None and module not in evaluated and l["type"] not in ("dropout", "stochastic_depth"): l["training_only"] = True
    at = sorted((e.made_at[l["name"]][0], k) for k, l in enumerate(layers) if l["name"] in e.made_at)
    outputs = {e.made_at[o][1] for o in e.outputs if o in e.made_at}
    for s, l in root.items():
        if s in outputs or s not in last or of_parameter(l, by_name): continue
        there_op = release.get(mine.get(s), len(ops))
        op = max((h for t, h in number.items() if t <= there_op), default=0)
        k = max((k for n, k in at if n <= op), default=place[l["name"]])
        if k > last[s] or l["type"] == "constant": l["held_until"] = layers[max(k, last[s])]["name"]


COPYING = VIEW_TYPES + ("batch_norm1d", "batch_norm2d", "batch_norm3d", "mean", "adaptive_avg_pool")


def gradient_copies(e, make, shape):
    """How often the backward step of each layer copies its gradient, before views are merged."""
    ops, copies = g.gradient_copies(make, e.b[0], shape)
    unlike = ("detach", "device", "alias")
    here = [k for k, o in enumerate(e.ops) if g.opname(o[1]) not in unlike]
    there = [k for k, (_, op) in enumerate(ops) if op not in unlike]
    assert [g.opname(e.ops[k][1]) for k in here] == [ops[k][1] for k in there], "another sequence of operators"
    of = {h: copies[t] for h, t in zip(here, there)}
    return {name: of.get(number, 0) for name, (number, *_) in e.made_at.items() if name not in e.given}


def note_gradient_copies(layers, copies, merged):
    """`gradient_copies` on each layer whose backward step may have to put its gradient in order first."""
    counted = collections.Counter()
    for name, n in copies.items():
        while name in merged: name = merged[name]
        counted[name] += n
    for l in layers:
        if l["type"] in COPYING and l["name"] in counted: l["gradient_copies"] = counted[l["name"]]


def note_raised(e, layers):
    """What an attention of products is cast to lives until it ends; its result lives on as the cast that ends it."""
    by = {l["name"]: l for l in layers}
    for end, begin in e.within.items():
        for name in begin:
            if name in by: by[name]["held_until"] = end
        l = by[end]
        while l["type"] in VIEW_TYPES or l["name"] == end: l = by[l["inputs"][0]]
        if "held_until" in l: by[end]["held_until"] = l.pop("held_until")


def note_rebound(e, layers):
    """What is held beyond its last use under the name that a cast takes over is the cast's result."""
    by = {l["name"]: l for l in layers}
    for cast, source in e.rebound.items():
        if cast in by and "held_until" in by.get(source, {}): by[cast]["held_until"] = by[source].pop("held_until")


def note_calls(e, layers):
    """`call` on the layers of each call that made more than one beside views, or parts, or that casts before it looks; a cast's `dtype_of` names a layer that is still there."""
    by = {l["name"]: l for l in e.layers}
    kept = {l["name"] for l in layers}
    for l in layers:
        while "dtype_of" in l and l["dtype_of"] not in kept and l["dtype_of"] in by: l["dtype_of"] = by[l["dtype_of"]]["inputs"][0]
    made = collections.defaultdict(list)
    for l in layers:
        if l["name"] in e.call_of: made[e.call_of[l["name"]].number].append(l)
    number = 0
    for of_call in made.values():
        name = e.call_of[of_call[0]["name"]].name
        prepares = name in calls.CAST and len(of_call) > 1            # what is cast is seen another way within the call
        if sum(l["type"] not in VIEW_TYPES for l in of_call) < 2 and not prepares and name != "addmm": continue
        number += 1
        for l in of_call: l["call"] = f"{e.call_of[l['name']].name}#{number}"
