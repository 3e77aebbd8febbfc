"""python faults.py OUT.csv SPECS.txt: what networks hold when they train with a fault that is known.

One row for each network and fault: network, declared batch and optimizer, fault, the allocated and the reserved peak of
each step, as `bytes` or, where a fault grows, `bytes bytes …`. Rows that are in OUT already stay as they are.

  none                       as declared: batch 16, SGD with momentum
  batch_doubled              batch 32
  resolution_299             images of 299 × 299
  adam_for_momentum          Adam
  evaluation_with_gradients  after a step, three evaluations without torch.no_grad
  second_model               a copy of the model that is moved to the GPU after it
  leak                       each step keeps a tensor of 8 MiB
  fragmentation              every other batch is half as large; between its two passes it has a tensor for a moment that is longer than
                             that of any step before, so that no free segment is large enough. What is allocated stays below the peak
                             of a whole batch
"""
import argparse, copy, csv, gc, pathlib, sys, time, warnings
import torch
from torch import nn
import groundtruth as g, networks

BATCH, STEPS = 16, 60
LEAK = 8 << 20
WHOLE = 4                   # steps before fragmentation begins


def batch_of(size, shape):
    return torch.empty((size, *shape), device=g.DEV), torch.empty((size,), device=g.DEV, dtype=torch.int64)


def loss_of(model, x, y):
    out = model(x)
    lossf = nn.CrossEntropyLoss()
    if isinstance(out, torch.Tensor): return lossf(out, y)
    return sum(lossf(o, y) for o in (out if isinstance(out, (tuple, list)) else vars(out).values()))


def backward(loss, optimizer):
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


def train(make, shape, fault):
    """The events of a run, and how many there were at the end of each step that counts."""
    model, ends = make(), []
    copied = copy.deepcopy(model) if fault == "second_model" else None
    with g.FakeTensorMode(allow_non_fake_inputs=True):
        g.fake(model)
        if copied is not None: g.fake(copied)
        book = g.Book(g.Names(model))
        for each in filter(None, (model, copied)): place(book, each)
        with book:
            book.phase = "backward"     # second gradients are added as autograd does it without a dispatch mode
            optimizer = g.optimizer_for(model, "adam" if fault == "adam_for_momentum" else "momentum")
            if fault in ("leak", "fragmentation"):
                grow(model, optimizer, shape, fault, book, ends)
            else:
                if fault == "resolution_299": shape = (shape[0], 299, 299)
                x, y = batch_of(BATCH * (2 if fault == "batch_doubled" else 1), shape)
                for _ in range(3): backward(loss_of(model, x, y), optimizer)
                if fault == "evaluation_with_gradients":
                    model.eval()
                    for _ in range(3): loss = loss_of(model, x, y)
                    del loss
                ends.append(len(book.events))
        return book.events[:ends[-1]], ends


def grow(model, optimizer, shape, fault, book, ends):
    kept = []
    x, y = batch_of(BATCH, shape)
    for k in range(STEPS):
        half = fault == "fragmentation" and k % 2 == 1
        loss = loss_of(model, *((x[:BATCH // 2], y[:BATCH // 2]) if half else (x, y)))
        if fault == "leak": kept.append(torch.empty(LEAK // 4, device=g.DEV))
        elif half and k > WHOLE: torch.empty(int((book.peak512 - book.live512) * (.6 + .38 * k / STEPS)) // 4, device=g.DEV)
        backward(loss, optimizer)
        del loss
        ends.append(len(book.events))


def place(book, model):
    """The order of Module.to()."""
    for child in model.children(): place(book, child)
    for tensor in [*model._parameters.values(), *model._buffers.values()]:
        if tensor is not None: book.book(tensor, "parameter")


def replay(events, ends):
    """The allocated and the reserved peak of each step, by PyTorch's own caching allocator."""
    torch.cuda.empty_cache()
    before = torch.cuda.memory_allocated(), torch.cuda.memory_reserved()
    held, peaks, done = {}, [], 0
    for end in ends:
        if peaks: torch.cuda.reset_peak_memory_stats()
        for kind, i, size in events[done:end]:
            if size == 0: continue
            if kind == "a": held[i] = torch.cuda.caching_allocator_alloc(size)
            else: torch.cuda.caching_allocator_delete(held.pop(i))
        peaks.append((torch.cuda.max_memory_allocated() - before[0], torch.cuda.max_memory_reserved() - before[1]))
        done = end
    for block in held.values(): torch.cuda.caching_allocator_delete(block)
    torch.cuda.empty_cache(); torch.cuda.reset_peak_memory_stats()
    return peaks


FAULTS = ("none", "batch_doubled", "resolution_299", "adam_for_momentum", "evaluation_with_gradients", "second_model", "leak", "fragmentation")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("out", type=pathlib.Path)
    args.add_argument("specs", type=pathlib.Path)
    args.add_argument("--faults", default=",".join(FAULTS), help="those of them; what grows takes a minute and more")
    args = args.parse_args()
    warnings.filterwarnings("ignore"); g.skip_initialisation()
    known = set()
    if args.out.exists():
        with open(args.out, newline="") as file: known = {(row[0], row[3]) for row in csv.reader(file)}
    for spec in args.specs.read_text().split():
        make, shape = networks.maker(spec)
        for fault in args.faults.split(","):
            name = spec.split(":")[1]
            if (name, fault) in known: continue
            began = time.time()
            try:
                peaks = replay(*train(make, shape, fault))
            except Exception as e:
                print(spec, fault, "left out:", type(e).__name__, str(e)[:200].replace("\n", " "), file=sys.stderr, flush=True)
                continue
            with open(args.out, "a", newline="") as file:
                csv.writer(file, lineterminator="\n").writerow([name, BATCH, "momentum", fault, *(" ".join(str(p[k]) for p in peaks) for k in (0, 1))])
            print(name, fault, round(time.time() - began, 1), "s", peaks[0], peaks[-1], flush=True)
            gc.collect()


if __name__ == "__main__": main()
