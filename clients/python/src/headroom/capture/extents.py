"""Which numbers of a layer config follow the size of the inputs: seen by describing the network at other sizes.

A number n is c0 + cH·H + cW·W + cHW·H·W of an image, c0 + c1·L + c2·L² of a sequence. The coefficients come from four
sizes, or three lengths; one more must fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

Shape = tuple[int, ...]

_UNRELATED = (
    "name", "type", "inputs", "held_until", "call", "placed", "stepped", "gradient_copies", "training_only",
    "held_in_evaluation", "held_in_training", "autocast",
)  # fmt: skip
_NAMES: dict[int, list[str | None]] = {1: ["length"], 2: [None, "length"], 3: [None, "height", "width"]}
"""By the rank of an input: what may change, named."""


class ExtentsError(ValueError):
    """The network does not follow its input's size in a way that can be said; the text is one sentence."""


def note_extents(config: dict[str, Any], describe: Callable[[Callable[[Shape], Shape]], dict[str, Any]]) -> None:
    """Writes ``dynamic`` on the inputs of a config and on the layers that follow them.

    Args:
        config: at the size that was asked for.
        describe: the config at another size; is told what becomes of the shape of an input, without the batch.

    Raises:
        ExtentsError: nothing is written.
    """
    shapes = {tuple(it["shape"]) for it in config["inputs"]}
    sizes = {_changing(shape) for shape in shapes}
    if len({len(shape) for shape in shapes}) != 1 or len(sizes) != 1 or len(next(iter(shapes))) not in _NAMES:
        raise ExtentsError("the inputs are not all images, or all sequences, of one size")
    (size,) = sizes
    at = _sizes(size)
    configs = [config, *(describe(_resized(to)) for to in at[1:])]
    if len({len(it["layers"]) for it in configs}) > 1:
        raise ExtentsError("at another size of its input the network is another one")
    rules = [_rules(same, at) for same in zip(*(it["layers"] for it in configs))]
    for layer, rule in zip(config["layers"], rules):
        if rule:
            layer["dynamic"] = rule
    for one in config["inputs"]:
        one["dynamic"] = _NAMES[len(one["shape"])]


def _resized(to: Shape) -> Callable[[Shape], Shape]:
    return lambda shape: (*shape[: len(shape) - len(to)], *to)


def _changing(shape: Shape) -> Shape:
    return shape[1:] if len(shape) > 1 else shape


def _sizes(size: Shape) -> list[Shape]:
    """The given size, those that the coefficients come from, and the one that checks them, last."""
    if len(size) == 2:
        h, w = size
        return [(h, w), (2 * h, w), (h, 2 * w), (2 * h, 2 * w), (3 * h, 3 * w)]
    (n,) = size
    return [(n,), (n // 2,), (n + n // 2,), (2 * n,)]


def _terms(size: Shape) -> list[tuple[int, list[str]]]:
    if len(size) == 2:
        h, w = size
        return [(1, []), (h, ["height"]), (w, ["width"]), (h * w, ["height", "width"])]
    (n,) = size
    return [(1, []), (n, ["length"]), (n * n, ["length", "length"])]


def _rules(same: Sequence[dict[str, Any]], at: Sequence[Shape]) -> dict[str, Any]:
    """What follows in a layer that was seen at these sizes."""
    first = same[0]
    if any((it["name"], it["type"], it["inputs"]) != (first["name"], first["type"], first["inputs"]) for it in same):
        raise ExtentsError(f"at another size of its input {first['name']} is another layer")
    found: dict[str, Any] = {}
    for key in first:
        values: list[Any] = [it.get(key) for it in same]
        if key in _UNRELATED or all(value == values[0] for value in values):
            continue
        if all(type(value) is int for value in values):
            found[key] = _polynomial(first["name"], values, at)
        elif all(isinstance(v, list) and len(v) == len(values[0]) and all(type(n) is int for n in v) for v in values):
            found[key] = [_polynomial(first["name"], list(column), at) for column in zip(*values)]
        else:
            raise ExtentsError(f"{key} of {first['name']} follows the input in a way that is no polynomial")
    return found


def _polynomial(name: str, values: Sequence[Any], at: Sequence[Shape]) -> list[dict[str, Any]] | None:
    """The rule of a number that has these values at these sizes; None if it is always the same."""
    if len(set(values)) == 1:
        return None
    rows = [[Fraction(value) for value, _ in _terms(size)] for size in at]
    solved = _solved(rows[:-1], values[:-1])
    if sum(c * x for c, x in zip(solved, rows[-1])) != values[-1]:
        raise ExtentsError(f"a number of {name} follows the input in a way that is no polynomial")
    rule = []
    for c, (_, of) in zip(solved, _terms(at[0])):
        if c:
            term: dict[str, Any] = {"of": of} if of else {}
            term.update({"times": c.numerator} if c.numerator != 1 else {})
            term.update({"over": c.denominator} if c.denominator != 1 else {})
            rule.append(term)
    return rule


def _solved(rows: Sequence[Sequence[Fraction]], values: Sequence[int]) -> list[Fraction]:
    """The coefficients of a square system, by elimination."""
    m = [[*row, Fraction(value)] for row, value in zip(rows, values)]
    for i in range(len(m)):
        pivot = next(k for k in range(i, len(m)) if m[k][i])
        m[i], m[pivot] = m[pivot], m[i]
        m[i] = [x / m[i][i] for x in m[i]]
        for k in range(len(m)):
            if k != i:
                m[k] = [x - m[k][i] * y for x, y in zip(m[k], m[i])]
    return [row[-1] for row in m]
