from pathlib import Path

import pytest

from headroom.settings import (
    File,
    Kafka,
    Nowhere,
    SettingsError,
    _ownership,
    destination,
    settings,
)


def test_kafka_settings_pass_any_client_property_through():
    environment = {
        "HEADROOM_KAFKA": "kafka:9093",
        "HEADROOM_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "HEADROOM_KAFKA_SASL_USERNAME": "me",
        "OTHER": "x",
    }
    assert destination(environment) == Kafka(
        {
            "bootstrap.servers": "kafka:9093",
            "security.protocol": "SASL_SSL",
            "sasl.username": "me",
        }
    )


def test_topics_begin_as_the_environment_says():
    environment = {"HEADROOM_KAFKA": "a:1", "HEADROOM_TOPIC_PREFIX": "ml.headroom-"}
    assert destination(environment) == Kafka({"bootstrap.servers": "a:1"}, "ml.headroom-")
    with pytest.raises(SettingsError, match=r"HEADROOM_TOPIC_PREFIX is not 1 to 200 of .*: no space"):
        destination({**environment, "HEADROOM_TOPIC_PREFIX": "no space"})


@pytest.mark.parametrize(
    ("environment", "arguments", "expected"),
    [
        ({}, {}, Nowhere(wanted=False)),
        ({"HEADROOM_TO": "none", "HEADROOM_KAFKA": "a:1"}, {}, Nowhere(wanted=True)),
        ({"HEADROOM_TO": "none"}, {"kafka": "b:2"}, Kafka({"bootstrap.servers": "b:2"})),
        ({"HEADROOM_KAFKA": "a:1"}, {"kafka": "b:2"}, Kafka({"bootstrap.servers": "b:2"})),
    ],
)
def test_arguments_come_before_the_environment(environment, arguments, expected):
    assert destination(environment, **arguments) == expected


def test_a_file_may_name_the_rank(tmp_path):
    found = destination({"HEADROOM_TO": f"file:{tmp_path}/run-{{rank}}.jsonl"}, rank=3)
    assert found == File(tmp_path / "run-3.jsonl")


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"HEADROOM_TO": "ftp:x"}, "HEADROOM_TO is none of kafka, file:PATH, none: ftp:x"),
        ({"HEADROOM_TO": "file:"}, "HEADROOM_TO is none of kafka, file:PATH, none: file:"),
        ({"HEADROOM_JOB": "a b"}, "job is not 1 to 128 of A-Z a-z 0-9 . _ : - : a b"),
        ({"HEADROOM_PERIOD": "soon"}, "the period is not 0.01 to 3600 seconds: soon"),
        ({"HEADROOM_PERIOD": "nan"}, "the period is not 0.01 to 3600 seconds: nan"),
    ],
)
def test_a_wrong_setting_is_one_sentence(environment, sentence):
    with pytest.raises(SettingsError) as wrong:
        settings(environment)
    assert str(wrong.value) == sentence


def test_ranks_of_one_launcher_agree_and_a_restart_is_a_new_run():
    common = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "n1", "MASTER_PORT": "1"}
    first = settings({**common, "RANK": "0", "TORCHELASTIC_RESTART_COUNT": "0"})
    second = settings({**common, "RANK": "1", "TORCHELASTIC_RESTART_COUNT": "0"})
    restarted = settings({**common, "RANK": "1", "TORCHELASTIC_RESTART_COUNT": "1"})
    assert (first.job, first.run) == (second.job, second.run)
    assert (first.rank, second.rank) == (0, 1)
    assert restarted.job == first.job
    assert restarted.run != first.run


def test_each_start_of_one_process_is_a_run_of_its_own():
    assert settings({}).run != settings({}).run
    assert settings({"HEADROOM_RUN": "7"}).run == "7"


def test_says_whose_job_it_is(tmp_path: Path) -> None:
    (tmp_path / "namespace").write_text("train\n")
    environment = {"SLURM_JOB_USER": "alice", "SLURM_JOB_ACCOUNT": "a17", "HEADROOM_TEAM": "vi sion"}
    assert _ownership(environment, tmp_path) == {
        "owner": "alice",
        "team": "vi-sion",
        "namespace": "train",
    }
    assert _ownership({}, tmp_path / "none") == {}
    assert len(settings({"HEADROOM_OWNER": "x" * 65}).ownership["owner"]) == 64
