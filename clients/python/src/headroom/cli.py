"""The commands: `headroom capture`, `headroom measure`, `headroom publish`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from headroom._version import __version__

OK, CANNOT, WRONG, UNSUPPORTED = 0, 1, 2, 4

_MONITORS = (
    "agent",
    "build",
    "demo",
    "evaluate",
    "load",
    "monitor",
    "plan",
    "predict",
    "simulate",
    "verify",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    Returns:
        0 done, 1 not all of it could be done, 2 an argument is wrong, 4 the model cannot be
        described.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in _MONITORS:
        _say(f"headroom {given[0]} is a command of the monitor: run ./headroom {given[0]} there")
        return WRONG
    options = _parser().parse_args(given)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return CANNOT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="headroom",
        description="Predicted beside measured GPU memory of PyTorch training jobs.",
        epilog="The monitor's commands, predict among them, are ./headroom's.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _capture_parser(commands.add_parser("capture", help="print a network's layer config"))
    _measure_parser(commands.add_parser("measure", help="measure networks on this GPU"))
    _publish_parser(commands.add_parser("publish", help="send a job's file to Kafka"))
    return parser


def _capture_parser(parser: argparse.ArgumentParser) -> None:
    parser.description = "Prints a network's layer config. Needs neither a GPU nor a broker."
    parser.add_argument("network", help="torchvision:NAME, timm:NAME, script.py:FUNCTION or module:FUNCTION")
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="[NAME=]SHAPE[:TYPE]",
        help="without the batch, such as 3x224x224 or input_ids=128:int64; one for each argument",
    )
    _setup_options(parser)
    parser.add_argument("--batch", type=_positive, default=32, metavar="N", help="default: 32")
    parser.add_argument("--mode", choices=("training", "inference"), default="training", help="default: training")
    parser.add_argument("--loss", type=_loss, help="such as cross_entropy, mse, none")
    parser.add_argument("--job", type=_job, help="the job's name; default: the network's")
    parser.add_argument(
        "--dynamic",
        action="store_true",
        help="say what follows the inputs' size, for ./headroom predict --input; takes five times as long",
    )
    parser.add_argument("--capability", type=_capability, metavar="8.0", help="of the GPU; default: this one's, 8.0")
    parser.set_defaults(run=_capture)


def _setup_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--optimizer",
        default="sgd,momentum=0.9",
        help="such as sgd, momentum, adamw,fused; default: sgd,momentum=0.9",
    )
    parser.add_argument(
        "--precision",
        default="float32",
        help="float32, bfloat16, … or autocast-bfloat16; default: float32",
    )


def _measure_parser(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Trains each network for a few steps in a process of its own and writes what its GPU held, "
        "beside the captured layer configs. What the file has already is not measured again."
    )
    parser.add_argument("networks", nargs="+", metavar="NETWORK", help="as for capture")
    parser.add_argument("--batches", type=_batches, default=(8, 32), metavar="8,32", help="default: 8,32")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv")
    parser.add_argument("--configs", type=Path, metavar="FOLDER", help="of layer configs; default: FILE-configs")
    parser.add_argument("--input", action="append", default=[], metavar="[NAME=]SHAPE[:TYPE]")
    _setup_options(parser)
    parser.add_argument("--steps", type=_positive, default=3, metavar="N", help="default: 3")
    parser.add_argument("--device", type=int, default=0, metavar="N", help="default: 0")
    parser.add_argument("--timeout", type=_seconds, default=300, metavar="SECONDS", help="a network; default: 300")
    parser.set_defaults(run=_measure)


def _publish_parser(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Sends what HEADROOM_TO=file:FILE wrote to the brokers of HEADROOM_KAFKA, with the times at which it was made."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--kafka", metavar="HOST:PORT", help="instead of HEADROOM_KAFKA")
    parser.add_argument("--timeout", type=_seconds, default=30, metavar="SECONDS", help="without progress; default: 30")
    parser.set_defaults(run=_publish)


def _capture(options: argparse.Namespace) -> int:
    with _only_ours_on_standard_output() as out:
        from headroom.capture import CaptureError, capture
        from headroom.capture.extents import ExtentsError, note_extents
        from headroom.networks import Input, NetworkError, find_network
        from headroom.setups import OptimizerChoice, Precision, SetupError

        try:
            inputs = [Input.parse(text) for text in options.input]
            optimizer = OptimizerChoice.parse(options.optimizer)
            precision = Precision.parse(options.precision)
            network = find_network(options.network)
            model = network.make().to(precision.parameters)
            model.train(options.mode == "training")

            def describe(resize: Callable[[tuple[int, ...]], tuple[int, ...]]) -> dict[str, Any]:
                args, kwargs = network.call(inputs, options.batch, "cpu", resize)
                return capture(
                    model,
                    _floats_to(args, precision.parameters),
                    _floats_to(kwargs, precision.parameters),
                    optimizer=optimizer.config() if options.mode == "training" else None,
                    loss=options.loss,
                    autocast=precision.autocast or False,
                    mode=options.mode,
                    batch_size=options.batch,
                    capability=options.capability,
                    job=options.job or network.name,
                    name=network.name,
                )

            config = describe(lambda shape: shape)
            if options.dynamic:
                note_extents(config, describe)
        except (NetworkError, SetupError) as wrong:
            _say(str(wrong))
            return WRONG
        except CaptureError as reason:
            _say(f"{options.network} cannot be described: {reason}")
            return UNSUPPORTED
        except ExtentsError as reason:
            _say(f"{options.network} does not follow other sizes: {reason}")
            return UNSUPPORTED
        try:
            _write(out, json.dumps(config, ensure_ascii=False).encode() + b"\n")
        except BrokenPipeError:
            raise
        except OSError as wrong:
            _say(f"standard output cannot be written: {wrong.strerror}")
            return CANNOT
    return OK


def _floats_to(arguments: Any, dtype: Any) -> Any:
    if isinstance(arguments, dict):
        return {name: _floats_to(value, dtype) for name, value in arguments.items()}
    if isinstance(arguments, tuple):
        return tuple(_floats_to(value, dtype) for value in arguments)
    return arguments.to(dtype) if arguments.is_floating_point() else arguments


@contextlib.contextmanager
def _only_ours_on_standard_output() -> Iterator[int]:
    """The descriptor of standard output, for us; what models print goes to standard error."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield kept
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _write(descriptor: int, text: bytes) -> None:
    while text:
        text = text[os.write(descriptor, text) :]


def _measure(options: argparse.Namespace) -> int:
    from headroom.measure import MeasureError, measure

    try:
        with _only_ours_on_standard_output():
            return OK if measure(options, _say) else CANNOT
    except MeasureError as wrong:
        _say(str(wrong))
        return WRONG


def _publish(options: argparse.Namespace) -> int:
    from headroom.publishing import Publishing
    from headroom.settings import Kafka, SettingsError, destination
    from headroom.transport import TransportError

    try:
        kafka = destination(os.environ, to="kafka", kafka=options.kafka)
    except SettingsError as wrong:
        _say(str(wrong))
        return WRONG
    if not isinstance(kafka, Kafka):
        _say("no brokers: set HEADROOM_KAFKA or give --kafka HOST:PORT")
        return WRONG
    try:
        for file in options.files:
            file.open("rb").close()
        publishing = Publishing(kafka, _say, options.timeout)
        all_sent = publishing.publish(options.files)
    except OSError as wrong:
        _say(f"{wrong.filename} cannot be read: {wrong.strerror}")
        return WRONG
    except TransportError as wrong:
        _say(str(wrong))
        return WRONG
    print(
        f"{publishing.sent} records sent, {publishing.lost} not sent, {publishing.bad} bad lines",
        flush=True,
    )
    return OK if all_sent else CANNOT


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 2**31 - 1:
        raise argparse.ArgumentTypeError(f"no whole number from 1 on: {text}")
    return number


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < float(text) < float("inf"):
            return float(text)
    raise argparse.ArgumentTypeError(f"no number of seconds above 0: {text}")


def _job(text: str) -> str:
    from headroom.settings import SettingsError, checked_name

    try:
        return str(checked_name("it", text))
    except SettingsError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def _loss(text: str) -> str:
    from headroom.capture.setup import loss_type

    try:
        return loss_type(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def _batches(text: str) -> tuple[int, ...]:
    return tuple(_positive(part) for part in text.split(","))


def _capability(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    if not (major.isdecimal() and minor.isdecimal()):
        raise argparse.ArgumentTypeError(f"no capability such as 8.0: {text}")
    return int(major), int(minor)


def _say(text: str) -> None:
    print(f"headroom: {text}", file=sys.stderr, flush=True)
