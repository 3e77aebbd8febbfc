"""`headroom.watch` in the process that trains: what is published of a job."""

import copy
import json
import logging
import pickle
import time

import jsonschema
import pytest
import torch
from conftest import SCHEMAS, read_records, until

import headroom
from headroom.hooks import Hook


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(8, 16)
        self.bn = torch.nn.BatchNorm1d(16)
        self.fc2 = torch.nn.Linear(16, 4)

    def forward(self, x):
        return self.fc2(torch.relu(self.bn(self.fc1(x))))


class Job:
    """A job in this process that reports to a file."""

    def __init__(self, file, **arguments):
        torch.manual_seed(1)
        self.file = file
        self.model = Net()
        self.optimizer = torch.optim.Adam(self.model.parameters())
        self.reporter = headroom.watch(
            self.model, self.optimizer, job="job", to=f"file:{file}", period=0.02, **arguments
        )

    def pass_once(self):
        out = self.model(torch.randn(6, 8))
        loss = torch.nn.functional.cross_entropy(out, torch.zeros(6, dtype=torch.long))
        loss.backward()
        return loss.item()

    def step(self, passes=1, set_to_none=True):
        losses = [self.pass_once() for _ in range(passes)]
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=set_to_none)
        return losses

    def end(self, outcome="completed"):
        self.reporter.close(outcome)
        return self.published()

    def published(self):
        return read_records(self.file) if self.file.exists() else []


@pytest.fixture
def job(tmp_path):
    it = Job(tmp_path / "run.jsonl")
    yield it
    it.reporter.close()


def of(records, topic):
    return [record["value"] for record in records if record["topic"] == f"headroom.{topic}"]


def test_a_job_publishes_its_config_once_and_samples_of_the_contract(job):
    for _ in range(20):
        job.step()
        time.sleep(0.01)
    records = job.end()
    for topic, schema in (("layer-configs", "layer-config"), ("memory-samples", "memory-sample")):
        validator = json.loads((SCHEMAS / f"{schema}.json").read_text())
        for message in of(records, topic):
            jsonschema.validate(message, validator)
    (config,) = of(records, "layer-configs")
    samples = of(records, "memory-samples")
    assert {record["key"] for record in records} == {"job"}
    assert {it["run"] for it in [config, *samples]} == {job.reporter.run}
    assert config["batch_size"] == 6
    assert config["gradients"] == {"set_to_none": True, "accumulation_steps": 1}
    last = samples[-1]
    assert (last["phase"], last["outcome"], last["step"]) == ("ended", "completed", 20)
    parameters = sum(it.numel() for it in job.model.parameters()) * 4
    assert last["categories"] == {
        "parameters": parameters + 2 * 16 * 4 + 8,
        "gradients": parameters,
        "optimizer_state": 2 * parameters + 6 * 4,
        "input_data": 6 * 8 * 4,
    }
    assert job.reporter.errors == 0


def test_accumulation_and_kept_gradients_are_seen(job):
    for _ in range(3):
        job.step(passes=4, set_to_none=False)
    (config,) = of(job.end(), "layer-configs")
    assert config["gradients"] == {"set_to_none": False, "accumulation_steps": 4}


def test_two_passes_with_one_backward_are_one_step(job):
    for _ in range(3):
        out = job.model(torch.randn(6, 8)).sum() + job.model(torch.randn(6, 8)).sum()
        out.backward()
        job.optimizer.step()
        job.optimizer.zero_grad()
    (config,) = of(job.end(), "layer-configs")
    assert config["gradients"]["accumulation_steps"] == 1


def test_phases_are_those_of_the_job(job):
    phases = []
    watched = job.reporter._training
    job.model.fc1.register_forward_hook(lambda *_: phases.append(watched.phase))
    job.model.fc1.weight.register_hook(lambda _: phases.append(watched.phase))
    job.optimizer.register_step_pre_hook(lambda *_: phases.append(watched.phase))
    assert watched.phase == "model_loaded"
    job.step()
    assert phases == ["forward", "backward", "optimizer_step"]
    assert watched.phase == "idle"
    with torch.no_grad():
        job.model.eval()(torch.randn(2, 8))
    assert phases[-1] == "evaluation"
    assert watched.phase == "idle"


def test_an_evaluation_within_a_step_leaves_the_step_what_it_is(job):
    for _ in range(3):
        for _ in range(2):
            out = job.model(torch.randn(6, 8))
            with torch.no_grad():
                job.model(torch.randn(6, 8))
            assert job.reporter._training.phase == "forward"
            out.sum().backward()
        job.optimizer.step()
        job.optimizer.zero_grad()
    (config,) = of(job.end(), "layer-configs")
    assert config["gradients"]["accumulation_steps"] == 2


def test_inputs_describe_the_model_before_its_first_call(tmp_path):
    job = Job(tmp_path / "run.jsonl", inputs=torch.randn(5, 8))
    (config,) = of(job.end(), "layer-configs")
    assert config["batch_size"] == 5
    assert job.model.bn.num_batches_tracked == 0


def test_a_model_that_nobody_calls_says_so(tmp_path):
    job = Job(tmp_path / "run.jsonl")
    for _ in range(2):
        job.model.fc2(job.model.fc1(torch.randn(6, 8))).sum().backward()
        job.optimizer.step()
    (config,) = of(job.end(), "layer-configs")
    assert config["unsupported"] == ("the optimizer has made two steps and nobody has called Net")


def test_watching_twice_is_watching_once(job):
    again = headroom.watch(job.model, job.optimizer, job="job")
    assert again is job.reporter
    assert len(job.model._forward_pre_hooks) == 1
    job.step()
    assert job.reporter.step == 1


def test_two_models_in_one_process_are_one_job_that_is_measured_only(job):
    other = torch.nn.Linear(8, 1)
    other_optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    assert headroom.watch(other, other_optimizer) is job.reporter
    for _ in range(3):
        other(torch.randn(6, 8)).sum().backward()
        other_optimizer.step()
        job.step()
    records = job.end()
    (config,) = of(records, "layer-configs")
    assert config["unsupported"] == ("this process trains 2 models (Net, Linear) and one layer config describes one")
    last = of(records, "memory-samples")[-1]
    assert last["step"] == 3
    both = sum(it.numel() for model in (job.model, other) for it in model.parameters()) * 4
    assert last["categories"]["parameters"] == both + 2 * 16 * 4 + 8


def test_a_model_that_is_gone_makes_room_for_the_next_run(tmp_path):
    first = Job(tmp_path / "a.jsonl")
    first.step()
    reporter = first.reporter
    del first.model, first.optimizer
    second = Job(tmp_path / "b.jsonl")
    assert second.reporter is not reporter
    assert reporter.closed
    assert of(first.published(), "memory-samples")[-1]["phase"] == "ended"
    assert second.reporter.run != reporter.run
    second.reporter.close()


def test_in_a_notebook_a_model_of_the_same_class_is_the_next_run(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.ps1", ">>> ", raising=False)
    first = Job(tmp_path / "a.jsonl")
    second = Job(tmp_path / "b.jsonl")
    assert first.reporter.closed
    assert not second.reporter.closed
    second.reporter.close()


def test_copies_and_pickles_of_a_watched_model_work_and_are_not_watched(job):
    for other in (copy.deepcopy(job.model), pickle.loads(pickle.dumps(job.model))):
        other(torch.randn(6, 8)).sum().backward()
        assert not any(isinstance(hook, Hook) for hook in other._forward_hooks.values())
    assert job.reporter._training.phase == "model_loaded"
    assert b"headroom" not in pickle.dumps(job.model).replace(b"test_watch", b"")


def test_closing_leaves_nothing_behind(job):
    job.step()
    job.end("failed")
    job.end("completed")
    assert not job.model._forward_pre_hooks
    assert not job.model._forward_hooks
    assert not job.optimizer._optimizer_step_pre_hooks
    ends = [it for it in of(job.published(), "memory-samples") if it["phase"] == "ended"]
    assert [it["outcome"] for it in ends] == ["failed"]


def test_as_a_context_the_outcome_is_how_it_is_left(tmp_path):
    job = Job(tmp_path / "run.jsonl")
    job.step()
    with pytest.raises(torch.cuda.OutOfMemoryError), job.reporter:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory.")
    assert of(job.published(), "memory-samples")[-1]["outcome"] == "out_of_memory"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"to": "ftp:x"}, "HEADROOM_TO is none of kafka, file:PATH, none: ftp:x"),
        ({"job": "a b"}, "job is not 1 to 128 of A-Z a-z 0-9 . _ : - : a b"),
        ({}, "neither HEADROOM_KAFKA nor HEADROOM_TO is set: nothing is reported"),
    ],
)
def test_what_is_wrong_is_one_warning_and_the_job_goes_on(arguments, sentence, monkeypatch, caplog):
    for name in ("HEADROOM_KAFKA", "HEADROOM_TO"):
        monkeypatch.delenv(name, raising=False)
    model = Net()
    reporter = headroom.watch(model, torch.optim.SGD(model.parameters(), lr=0.1), **arguments)
    model(torch.randn(6, 8)).sum().backward()
    reporter.close()
    assert len(caplog.records) == 1
    assert sentence in caplog.text
    assert reporter.job is None


def test_no_model_at_all_is_one_warning(caplog):
    assert headroom.watch("model", "optimizer", to="file:/dev/null").job is None
    assert len(caplog.records) == 1


def test_a_file_that_cannot_be_written_is_one_warning(tmp_path, caplog):
    job = Job(tmp_path / "none" / "run.jsonl")
    job.step()
    job.reporter.close()
    (record,) = [it for it in caplog.records if "cannot be written" in it.message]
    assert record.levelno == logging.WARNING
    assert job.reporter.errors == 1


def test_a_disk_that_fills_is_one_warning_and_counted(tmp_path, caplog):
    torch.manual_seed(1)
    model = Net()
    optimizer = torch.optim.Adam(model.parameters())
    reporter = headroom.watch(model, optimizer, job="job", to="file:/dev/full", period=0.02)
    model(torch.randn(6, 8)).sum().backward()
    optimizer.step()
    until(lambda: reporter.errors > 3, 20, "errors to be counted")
    reporter.close()
    assert len([it for it in caplog.records if "No space left" in it.message]) == 1


def test_a_compiled_model_is_heard(tmp_path):
    model = torch.compile(Net(), backend="eager")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    file = tmp_path / "run.jsonl"
    reporter = headroom.watch(model, optimizer, job="job", to=f"file:{file}", period=0.02)
    for _ in range(3):
        model(torch.randn(6, 8)).sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    reporter.close()
    records = read_records(file)
    assert len(of(records, "layer-configs")) == 1
    assert of(records, "memory-samples")[-1]["step"] == 3


def test_a_model_compiled_in_place_is_heard_and_not_recompiled(tmp_path):
    model = Net()
    model.compile(backend="eager", fullgraph=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    reporter = headroom.watch(model, optimizer, job="job", to=f"file:{tmp_path / 'run.jsonl'}", period=0.02)
    for _ in range(3):
        model(torch.randn(6, 8)).sum().backward()
        optimizer.step()
    assert reporter._training.phase == "idle"
    reporter.close()
    assert reporter.errors == 0
    assert of(read_records(tmp_path / "run.jsonl"), "layer-configs")


def test_a_model_compiled_after_it_is_watched_stays_whole(tmp_path):
    job = Job(tmp_path / "run.jsonl")
    compiled = torch.compile(job.model, backend="eager", fullgraph=True)
    for _ in range(3):
        compiled(torch.randn(6, 8)).sum().backward()
        job.optimizer.step()
    assert job.reporter.step == 3
    assert job.reporter.errors == 0
    job.reporter.close()
