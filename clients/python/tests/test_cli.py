"""The commands: what they print, what they say of bad input, and their exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY

from headroom.cli import main


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "headroom", *map(str, arguments)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


SCRIPT = """
import torch
print("made")
def make_model():
    print("making")
    return torch.nn.Sequential(torch.nn.Linear(8, 4), torch.nn.ReLU())
def broken():
    raise OSError("no weights")
def nothing():
    return 3
def leaves():
    raise SystemExit(3)
made = torch.nn.Linear(8, 4)
class Refuses(torch.nn.Module):
    def forward(self, x):
        raise ValueError("never")
"""


@pytest.fixture
def script(tmp_path):
    file = tmp_path / "my_models.py"
    file.write_text(SCRIPT)
    return file


def test_capture_prints_the_config_and_nothing_else(script):
    ended = run("capture", f"{script}:make_model", "--input", "8", "--batch", "4")
    assert ended.returncode == 0, ended.stderr
    config = json.loads(ended.stdout)
    assert (config["model"], config["batch_size"]) == ("make_model", 4)
    assert [layer["type"] for layer in config["layers"]] == ["linear", "relu"]
    assert ended.stdout.count("\n") == 1
    assert "making" in ended.stderr


def test_what_is_captured_can_be_predicted(script, built):
    config = run("capture", "torchvision:resnet18", "--optimizer", "adamw,fused", "--batch", "8")
    assert config.returncode == 0, config.stderr
    predicted = subprocess.run(
        [REPOSITORY / "headroom", "predict", "-", "--json"],
        input=config.stdout,
        capture_output=True,
        text=True,
    )
    assert predicted.returncode == 0, predicted.stderr
    figures = json.loads(predicted.stdout)
    assert figures["parameters"] == 11_689_512
    # What PyTorch itself saves for the backward pass of a ResNet-18 at batch 8, and its loss.
    assert figures["saved_bytes"] == 177_509_188


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["capture", "resnet18"], 2, "a network is torchvision:NAME, timm:NAME"),
        (
            ["capture", "torchvision:resnet19"],
            2,
            "torchvision has no network resnet19; it has resnet18",
        ),
        (["capture", "timm:resnet19"], 2, "timm has no network resnet19; it has resnet18"),
        (["capture", "none.py:make"], 2, "there is no script none.py"),
        (["capture", "no_such_module:make"], 2, "no_such_module cannot be imported"),
        (["capture", "SCRIPT:other"], 2, "has no function other"),
        (["capture", "SCRIPT:broken"], 2, "broken raised OSError: no weights"),
        (["capture", "SCRIPT:leaves"], 2, "leaves raised SystemExit: 3"),
        (["capture", "SCRIPT:made"], 2, "made is a model: name a function that returns it"),
        (["capture", "SCRIPT:nothing"], 2, "nothing returns no torch.nn.Module: int"),
        (["capture", "SCRIPT:make_model"], 2, "nobody says what make_model takes: name it with"),
        (["capture", "SCRIPT:make_model", "--input", "8x"], 2, "an input is no shape such as"),
        (
            ["capture", "SCRIPT:make_model", "--input", "8:integer"],
            2,
            "an input's type is none of PyTorch's: integer",
        ),
        (["capture", "SCRIPT:Refuses", "--input", "8"], 4, "cannot be described: "),
        (
            ["capture", "SCRIPT:make_model", "--input", "8", "--optimizer", "sgdd"],
            2,
            "an optimizer is none of momentum, sgd",
        ),
        (
            ["capture", "SCRIPT:make_model", "--input", "8", "--precision", "int8"],
            2,
            "a precision is none of float64",
        ),
        (
            ["predict", "x"],
            2,
            "headroom predict is a command of the monitor: run ./headroom predict",
        ),
        (["publish", "none.jsonl"], 2, "no brokers: set HEADROOM_KAFKA"),
        (["publish", "none.jsonl", "--kafka", "a:1"], 2, "none.jsonl cannot be read: No such file"),
        (
            ["measure", "torchvision:resnet18", "--out", "/none/x.csv"],
            2,
            "/none cannot be written: ",
        ),
    ],
)
def test_bad_input_is_one_clear_sentence(script, capfd, monkeypatch, arguments, status, sentence):
    monkeypatch.delenv("HEADROOM_KAFKA", raising=False)
    monkeypatch.setattr("headroom.measure.Path.mkdir", _refuse)
    assert main([it.replace("SCRIPT", str(script)) for it in arguments]) == status
    out, err = capfd.readouterr()
    assert out == ""
    said = [line for line in err.splitlines() if line.startswith("headroom: ")]
    assert len(said) == 1, err
    assert sentence in said[0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["capture", "timm:resnet18", "--loss", "guess"], "argument --loss: the loss guess is not known"),
        (["capture", "timm:resnet18", "--job", "a b"], "argument --job: it is not 1 to 128 of"),
        (["capture", "timm:resnet18", "--batch", "0"], "argument --batch: no whole number from 1 on: 0"),
        (["capture", "timm:resnet18", "--capability", "8"], "argument --capability: no capability such as 8.0: 8"),
        (
            ["measure", "timm:resnet18", "--out", "x", "--timeout", "-1"],
            "argument --timeout: no number of seconds above",
        ),
        (["publish", "x.jsonl", "--timeout", "nan"], "argument --timeout: no number of seconds above 0: nan"),
    ],
)
def test_a_wrong_option_is_named(capsys, arguments, sentence):
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert sentence in capsys.readouterr().err.splitlines()[-1]


def test_a_detector_loads_no_weights(monkeypatch):
    from headroom.networks import find_network

    monkeypatch.setattr("torch.hub.load_state_dict_from_url", None)
    assert find_network("torchvision:fasterrcnn_mobilenet_v3_large_320_fpn").make().backbone is not None


def _refuse(path, *_, **__):
    raise PermissionError(13, "Permission denied", "/none")


def test_standard_output_that_is_full_is_one_sentence(script):
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "headroom", "capture", f"{script}:make_model", "--input", "8"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == ("headroom: standard output cannot be written: No space left on device")


def test_no_command_and_an_unknown_one_are_told_the_usage():
    for arguments in ([], ["trian"]):
        ended = run(*arguments)
        assert ended.returncode == 2
        assert ended.stderr.startswith("usage: headroom")
    assert run("--version").stdout.strip() == "0.1.0"
