"""python measure.py OUT SPECS.txt: for each network (library:model, one a line) its layer config and PyTorch's own figures.

Three runs each: training in float32, training under autocast (bfloat16 and float16 in turn), inference. Each file is
written whole or not at all; a network that cannot be had is told on standard error and left out. Figures that are in
OUT already stay as they are; ``--configs`` writes the configs of those again. ``--dynamic`` lets a config say what
follows the input's size, which takes five times as long; ``--at`` makes the figures at another size.
"""
import argparse, gc, json, os, pathlib, sys, time, traceback, warnings
import torch
import export, groundtruth as g, networks

SGD, MOMENTUM, ADAM = {"type": "sgd"}, {"type": "sgd", "momentum": .9}, {"type": "adam"}
FLOAT32 = ({"mode": "training", "batch_size": 8, "optimizer": MOMENTUM}, dict(batch=8, optimizer="momentum"))
INFERENCE = ({"mode": "inference", "batch_size": 16, "optimizer": SGD}, dict(batch=16, optimizer="sgd", inference=True))
HALF = (({"mode": "training", "batch_size": 16, "optimizer": MOMENTUM, "precision": {"parameters": "float32", "autocast": "bfloat16"}},
         dict(batch=16, optimizer="momentum", autocast="bfloat16")),
        ({"mode": "training", "batch_size": 4, "optimizer": ADAM, "precision": {"parameters": "float32", "autocast": "float16"}},
         dict(batch=4, optimizer="adam", autocast="float16")))
NOT_FIGURES = ("batch_size", "optimizer", "autocast", "mode", "accumulation_steps", "checkpointing", "_saved_rows")
OF_THE_NETWORK = ("parameters", "parameter_bytes", "buffer_bytes")


def write(path, value, **how):
    path.with_suffix(".tmp").write_text(json.dumps(value, **how))
    os.replace(path.with_suffix(".tmp"), path)


def figures(make, shape, runs):
    """Each run's setup and figures, and the figures that are the same for all."""
    rows, network = [], {}
    for setup, how in runs:
        report = g.training_step(make, shape=shape, **how)[0]
        network = {k: report[k] for k in OF_THE_NETWORK}
        rows.append({"setup": setup, **{k: v for k, v in report.items() if k not in NOT_FIGURES + OF_THE_NETWORK}})
        gc.collect()
    return rows, network


def checkpointed(run, modules):
    setup, how = run
    return run if how.get("inference") else ({**setup, "checkpointing": modules}, {**how, "checkpoint": modules})


def job(spec):
    return spec.split(":")[1].replace("+", "_")


def write_config(out, spec, dynamic):
    make, shape = networks.maker(spec)
    config = export.config(make, shape, job(spec), dynamic=dynamic)
    write(out / f"{config['job']}.layer-config.json", config, separators=(",", ":"))
    return len(config["layers"])


def resized(make, shape):
    """The same network for another size of its input."""
    other = make.at(shape) if hasattr(make, "at") else make
    if hasattr(make, "target_shape"): other.target_shape = shape        # a token to be predicted at each place
    return other, shape


def write_figures(out, spec, runs, at=None):
    make, shape = networks.maker(spec)
    if at: make, shape = resized(make, at)
    name = job(spec)
    if hasattr(make, "checkpoint"): runs = [checkpointed(r, make.checkpoint) for r in runs]
    rows, network = figures(make, shape, runs)
    write(out / f"{name}.pytorch.json", {"network": name, "source": networks.source(spec), "framework": "pytorch " + torch.__version__.split("+")[0],
                                         "input": list(shape), **network, "runs": rows}, indent=1)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("out", type=pathlib.Path)
    args.add_argument("specs", type=pathlib.Path)
    args.add_argument("--configs", action="store_true")
    args.add_argument("--dynamic", action="store_true")
    args.add_argument("--at", type=lambda shape: tuple(map(int, shape.split("x"))))
    args = args.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore"); g.skip_initialisation()
    for k, spec in enumerate(args.specs.read_text().split()):
        known = (args.out / f"{job(spec)}.pytorch.json").exists()
        if known != args.configs: continue
        began = time.time()
        try:
            layers = write_config(args.out, spec, args.dynamic)
            if not known: write_figures(args.out, spec, (FLOAT32, HALF[k % 2], INFERENCE), args.at)
            print(spec, layers, "layers", round(time.time() - began, 1), "s", flush=True)
        except Exception as e:
            print(spec, "left out:", type(e).__name__, str(e)[:300].replace("\n", " "), file=sys.stderr, flush=True)
            traceback.print_exc(limit=-4)


if __name__ == "__main__": main()
