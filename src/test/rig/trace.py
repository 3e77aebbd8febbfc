"""python trace.py OUT.csv library:model BATCH OPTIMIZER: every allocation and release of three steps, through PyTorch's own allocator."""
import csv, gzip, sys, torch
import groundtruth as g, networks as mn

out, spec, batch, opt = sys.argv[1:5]
make, shape = mn.maker(spec)
g.skip_initialisation()
_, book, *_ = g.training_step(make, int(batch), shape, optimizer=opt, replay=False)
torch.cuda.empty_cache()
ptr = {}
with open(out, "w", newline="") as f:
    w = csv.writer(f, lineterminator="\n")
    w.writerow(["step", "phase", "event", "storage", "bytes", "operator", "module", "allocated_bytes", "reserved_bytes"])
    for (kind, i, n), (step, phase, op, module) in zip(book.events[:book.end], book.labels[:book.end]):
        if n:
            if kind == "a": ptr[i] = torch.cuda.caching_allocator_alloc(n)
            else: torch.cuda.caching_allocator_delete(ptr.pop(i))
        w.writerow([step, phase, "alloc" if kind == "a" else "free", i, n, op, module.lstrip("."), torch.cuda.memory_allocated(), torch.cuda.memory_reserved()])
