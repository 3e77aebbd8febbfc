"""Which functions of the framework a model calls from Python.

Autocast acts on such calls, and one call may run several operators: ``F.linear`` over a permuted input is a copy, a
product and a sum. The mode numbers each call, so that operators can be told apart by the call that ran them, and sees
what a float32 forward pass does not show: casts that change nothing, and parts for which a model switches autocast off.
"""
import contextlib, dataclasses, difflib
import torch
from torch.utils._pytree import tree_leaves
from torch.overrides import TorchFunctionMode

ATTENTION = "scaled_dot_product_attention"
CAST = {ATTENTION, "linear", "matmul", "bmm", "baddbmm", "einsum"}       # autocast casts what they are given
CASTS = {"to", "float", "half", "bfloat16", "double", "type", "type_as"}
PYTHON = (torch.nn.functional, torch.functional, torch._tensor)     # their functions ask whether a mode is there


@dataclasses.dataclass(eq=False)
class Call:
    """One call: its function's name, its number, whether autocast would act on it, and the dtype that a cast names."""
    name: str
    number: int
    module: str
    autocast: bool = True
    cast_to: torch.dtype | None = None          # a cast of a float tensor: the result's dtype
    like: torch.Tensor | None = None            # the tensor whose dtype was asked for last, or that type_as was given
    source: torch.Tensor | None = None
    given: tuple = ()                           # of an attention: query, key and value
    out: torch.Tensor | None = None             # and its result
    of: "Call | None" = None                    # of a cast: the call whose result it casts


@contextlib.contextmanager
def without_python_overrides():
    """Functions written in Python run through to those that they call, which alone are seen."""
    names = ("has_torch_function", "has_torch_function_unary", "has_torch_function_variadic")
    kept = [(m, n, getattr(m, n)) for m in PYTHON for n in names if hasattr(m, n)]
    try:
        for m, n, _ in kept: setattr(m, n, lambda *a: False)
        yield
    finally:
        for m, n, f in kept: setattr(m, n, f)


class Calls(TorchFunctionMode):
    """Numbers the calls of a forward pass and tells ``book`` which one is running.

    ``told`` is what another pass said of the same calls (``agrees``); where it saw a cast, this pass makes an alias in
    its place: then the cast is an operator of its own although it changes nothing in float32.
    """
    def __init__(self, book, told=None):
        super().__init__()
        self.book, self.told, self.all, self.asked = book, told or {}, [], None
        self.made = {}              # id(tensor) -> the call that gave it, and the tensor, which so lives on

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = func.__name__.strip("_")
        if name in ("get", "set"):                          # a property: dtype, shape, grad, ...
            if getattr(func, "__self__", None) is torch.Tensor.dtype: self.asked = args[0]
            return func(*args, **kwargs)
        if self.book.call is not None: return func(*args, **kwargs)
        call = Call(name.removeprefix("r") if name == "rmatmul" else name, len(self.all), self.book.names.here(), torch.is_autocast_enabled("cuda"))
        self.all.append(call)
        self.book.call = call
        try:
            out = func(*args, **kwargs)
            if name in CASTS and self.names_dtype(args, kwargs, name) and args[0].is_floating_point():
                call.cast_to, call.source = out.dtype, args[0]
                call.like = args[1] if name == "type_as" else self.asked
                if call.number in self.told and out is args[0]: out = torch.ops.aten.alias.default(out)
            self.made.update((id(t), (call, t)) for t in tree_leaves(out) if isinstance(t, torch.Tensor) and id(t) not in self.made)
            if name in CASTS: call.of = self.made.get(id(args[0]), (None,))[0]
            if name == ATTENTION: call.given, call.out = args[:3] or tuple(kwargs[k] for k in ("query", "key", "value")), out
            return out
        finally:
            self.book.call = None

    @staticmethod
    def names_dtype(args, kwargs, name):
        return name not in ("to", "type", "type_as") or any(isinstance(v, (torch.dtype, torch.Tensor)) for v in [*args[1:], *kwargs.values()])


def agree(here, there):
    """Whether two passes made the same calls."""
    return [(c.name, c.module) for c in here] == [(c.name, c.module) for c in there]


def aligned(here, there):
    """Calls of another pass by the numbers of this one, where that one made all of them and casts of floats besides.

    Returns the casts by the number of the call here whose result they cast, too; None if it made other calls.
    """
    key = lambda calls: [(c.name, c.module) for c in calls]
    same, besides = {}, []
    for what, i, j, k, l in difflib.SequenceMatcher(None, key(here), key(there), autojunk=False).get_opcodes():
        if what == "equal": same.update(zip(range(i, j), there[k:l]))
        elif what == "insert": besides += there[k:l]
        else: return None
    number = {c: n for n, c in same.items()}
    if not all(c.cast_to is not None and c.of in number for c in besides): return None
    return same, {number[c.of]: c for c in besides if c.source.dtype != c.cast_to}
