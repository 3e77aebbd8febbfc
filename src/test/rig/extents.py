"""Which numbers of a config follow the extents of the input: seen by exporting the network at other sizes.

A number n is taken for c0 + cH·H + cW·W + cHW·H·W of an image, c0 + c1·L + c2·L² of a sequence. The coefficients come
from four sizes, or three lengths; one more must fit.
"""
import fractions, torch

NOT_NUMBERS = ("name", "type", "inputs", "held_until", "call", "placed", "stepped", "gradient_copies", "training_only", "held_in_evaluation", "held_in_training", "autocast")


def names(shape):
    """A name for each extent that may change: an image's height and width, a sequence's length."""
    return {1: ["length"], 2: [None, "length"], 3: [None, "height", "width"]}.get(len(shape))


def sizes(shape):
    """The given shape, those that the coefficients come from, and the one that checks them, last."""
    *first, h, w = shape if len(shape) == 3 else (*shape[:-1], None, shape[-1])
    if h is not None: return [(*first, *s) for s in ((h, w), (2 * h, w), (h, 2 * w), (2 * h, 2 * w), (3 * h, 3 * w))]
    return [(*first, n) for n in (w, w // 2, w + w // 2, 2 * w)]


def terms(shape):
    """The values of the polynomial's terms at a size, and what they are products of."""
    if len(shape) == 3:
        h, w = shape[1:]
        return [1, h, w, h * w], [[], ["height"], ["width"], ["height", "width"]]
    n = shape[-1]
    return [1, n, n * n], [[], ["length"], ["length", "length"]]


def solved(rows, values):
    """The coefficients of a square system, by elimination in fractions."""
    m = [[fractions.Fraction(x) for x in row] + [fractions.Fraction(v)] for row, v in zip(rows, values)]
    n = len(m)
    for i in range(n):
        p = next(k for k in range(i, n) if m[k][i])
        m[i], m[p] = m[p], m[i]
        m[i] = [x / m[i][i] for x in m[i]]
        for k in range(n):
            if k != i: m[k] = [x - m[k][i] * y for x, y in zip(m[k], m[i])]
    return [row[-1] for row in m]


def polynomial(values, at):
    """The rule for a number that has these values at these sizes; None if it is always the same.

    Raises ValueError where the last one does not fit.
    """
    if len(set(values)) == 1: return None
    rows = [terms(s)[0] for s in at]
    c = solved(rows[:-1], values[:-1])
    if sum(x * y for x, y in zip(c, rows[-1])) != values[-1]: raise ValueError(f"{values} at {at}")
    out = []
    for x, of in zip(c, terms(at[0])[1]):
        if not x: continue
        term = {"of": of} if of else {}
        if x.numerator != 1: term["times"] = x.numerator
        if x.denominator != 1: term["over"] = x.denominator
        out.append(term)
    return out


def rules(name, values, at):
    """The rule, or list of rules, for an attribute; None if it does not follow."""
    if all(v == values[0] for v in values): return None
    if all(isinstance(v, int) and not isinstance(v, bool) for v in values): return polynomial(values, at)
    lists = all(isinstance(v, list) and len(v) == len(values[0]) and all(isinstance(n, int) for n in v) for v in values)
    if not lists: raise ValueError(f"{name}: {values}")
    return [polynomial(list(v), at) for v in zip(*values)]


def note(layers, export_at, make, shape):
    """Writes `dynamic` on the layers; returns the input's, or None if the network cannot change its size so.

    ``export_at(make, shape)`` exports the layers at another size; ``make.at(shape)``, if it is there, builds the network
    for it.
    """
    if names(shape) is None: return None
    at = sizes(shape)
    try:
        others = [export_at(make.at(s) if hasattr(make, "at") else make, s) for s in at[1:]]
        found = []
        for same in zip(layers, *others, strict=True):
            if len({(l["name"], l["type"], tuple(l.get("inputs", ()))) for l in same}) > 1: raise ValueError(f"{same[0]['name']} is another layer")
            keys = [k for k in same[0] if k not in NOT_NUMBERS]
            rule = {k: rules(k, [l.get(k) for l in same], at) for k in keys}
            found.append({k: r for k, r in rule.items() if r is not None})
    except (ValueError, RuntimeError, AssertionError, IndexError, TypeError, torch._dynamo.exc.TorchDynamoException):
        return None
    for l, rule in zip(layers, found):
        if rule: l["dynamic"] = rule
    return names(shape)
