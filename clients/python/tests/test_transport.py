import logging
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition
from conftest import free_port, until

from headroom.records import Record
from headroom.settings import File, Kafka
from headroom.transport import TransportError, open_transport

RECORD = Record("headroom.memory-samples", "job", {"a": 1}, 7)


def test_a_file_gets_a_line_a_record(tmp_path):
    file = tmp_path / "run.jsonl"
    for _ in range(2):
        transport = open_transport(File(file), pytest.fail)
        transport.send(RECORD, pytest.fail)
        assert transport.close(1) == 0
    assert file.read_bytes() == RECORD.line() * 2


def test_a_full_disk_loses_records_and_nothing_else():
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    lost = []
    transport = open_transport(File(Path("/dev/full")), pytest.fail)
    transport.send(RECORD, lost.append)
    transport.send(RECORD, lost.append)
    assert lost == ["/dev/full: No space left on device"] * 2


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(TransportError) as wrong:
        open_transport(File(tmp_path / "none" / "run.jsonl"), pytest.fail)
    assert str(wrong.value).endswith("run.jsonl cannot be written: No such file or directory")


def test_a_property_that_kafka_does_not_know_is_one_sentence():
    with pytest.raises(TransportError) as wrong:
        open_transport(Kafka({"bootstrap.servers": "x", "no.such": "1"}), pytest.fail)
    assert str(wrong.value) == ('Kafka\'s client does not start: No such configuration property: "no.such"')


def test_a_broker_that_is_away_takes_no_time_and_is_told(capfd, caplog):
    caplog.set_level(logging.DEBUG)
    troubles, lost = [], []
    address = f"127.0.0.1:{free_port()}"
    kafka = Kafka({"bootstrap.servers": address, "message.timeout.ms": "300"})
    transport = open_transport(kafka, troubles.append)
    start = time.thread_time()
    for _ in range(100):
        transport.send(RECORD, lost.append)
    assert time.thread_time() - start < 0.5
    until(lambda: transport.serve() or len(lost) == 100, 30, "delivery to fail")
    assert any(address.split(":")[1] in trouble for trouble in troubles)
    assert transport.close(0.2) == 0
    assert capfd.readouterr() == ("", "")
    assert caplog.text == ""


def test_records_go_to_topics_of_that_prefix(broker):
    topic = "ml.headroom-memory-samples"
    broker.create([topic])
    transport = open_transport(Kafka({"bootstrap.servers": broker.address}, "ml.headroom-"), pytest.fail)
    transport.send(RECORD, pytest.fail)
    assert transport.close(30) == 0
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "test"})
    try:
        consumer.assign([TopicPartition(topic, 0, 0)])
        came = consumer.poll(30)
    finally:
        consumer.close()
    assert (came.key(), came.value()) == (b"job", b'{"a":1}')


def test_a_queue_that_is_full_loses_the_newest(broker):
    kafka = Kafka({"bootstrap.servers": broker.address, "queue.buffering.max.messages": "2"})
    broker.kill()
    lost = []
    transport = open_transport(kafka, lambda _: None)
    for _ in range(5):
        transport.send(RECORD, lost.append)
    assert lost == ["headroom.memory-samples: Local: Queue full"] * 3
