import json
import re

import jsonschema
import pytest
from conftest import SCHEMAS

from headroom.devices import Device
from headroom.messages import Sample, config_record, sample_record, unsupported_config
from headroom.records import Record
from headroom.settings import settings

WHO = settings({"HEADROOM_JOB": "job", "HEADROOM_RUN": "1", "RANK": "2", "HEADROOM_HOST": "n1"})


def valid(record, schema):
    jsonschema.validate(record.value, json.loads((SCHEMAS / f"{schema}.json").read_text()))


def test_a_sample_is_one_of_the_contract():
    record = sample_record(
        WHO,
        Sample(Device(0, "GPU-1"), "backward", 7, 3, 4, 5, 6, {"parameters": 1}),
    )
    valid(record, "memory-sample")
    made = record.value.pop("time")
    assert made.endswith("Z")
    assert record.value.pop("pid") > 0
    assert record.value == {
        "schema": "headroom/memory-sample/1",
        "job": "job",
        "run": "1",
        "rank": 2,
        "host": "n1",
        "gpu": "GPU-1",
        "source": "framework",
        "phase": "backward",
        "step": 7,
        "device_used_bytes": 5,
        "device_total_bytes": 6,
        "allocated_bytes": 3,
        "reserved_bytes": 4,
        "categories": {"parameters": 1},
    }


def test_a_model_that_cannot_be_described_is_one_of_the_contract():
    record = config_record(WHO, unsupported_config("Net", 8, "its  forward\nraises"))
    valid(record, "layer-config")
    assert record.value["unsupported"] == "its forward raises"


@pytest.mark.parametrize("value", [None, {"a": "ü"}])
def test_a_line_is_read_back(value):
    record = Record("headroom.layer-configs", "job", value, 1234)
    assert record.line().endswith(b"\n")
    assert Record.parse(record.line()) == record


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b'{"topic":', "not a whole line of JSON"),
        (b"\xff", "not a whole line of JSON"),
        (b"[" * 100_000, "not a whole line of JSON"),
        (b"[]", "not a JSON object"),
        (
            b'{"topic":"x","key":"k","value":null}',
            "topic is none of headroom.layer-configs, headroom.memory-samples, headroom.device-samples: 'x'",
        ),
        (b'{"topic":"headroom.layer-configs","value":null}', "key is no text: None"),
        (
            b'{"topic":"headroom.layer-configs","key":"k"}',
            "value is neither an object nor null",
        ),
    ],
)
def test_what_is_no_record_says_why(line, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        Record.parse(line)
