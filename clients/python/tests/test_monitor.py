"""The whole way, to a real broker and the real monitor."""

import os
import subprocess
import sys

from conftest import HERE, until
from test_memory import START

EXAMPLE = HERE.parent / "examples/train_resnet18.py"


def test_allocations_arrive_in_the_monitors_metric_to_the_byte(jobs, standin, broker, monitor):
    jobs.environment.pop("HEADROOM_TO")
    process = jobs.start(
        START
        + """
    sizes = []
    for size in (100, 37, 1):
        sizes.append(mib(size))
        settle()
        print(torch.cuda.memory_allocated(), torch.cuda.memory_reserved(), flush=True)
        sys.stdin.readline()
    """,
        **standin,
        HEADROOM_KAFKA=broker.address,
    )
    for _ in range(3):
        line = process.stdout.readline()
        assert line, process.stderr.read()
        allocated, reserved = map(float, line.split())
        for size, expected in (("allocated", allocated), ("reserved", reserved)):
            until(
                lambda size=size, expected=expected: (
                    monitor.metric("headroom_job_measured_bytes", training_job="job", size=size) == expected
                ),
                30,
                f"{size} to be {expected}",
            )
        process.stdin.write("\n")
        process.stdin.flush()
    assert process.wait(30) == 0


def train(job, where, steps=200, **more):
    return subprocess.Popen(
        [sys.executable, EXAMPLE, "--steps", str(steps), "--batch", "2", "--size", "32"],
        env={
            **os.environ,
            **where,
            "HEADROOM_JOB": job,
            "HEADROOM_PERIOD": "0.1",
            "OMP_NUM_THREADS": "1",
            **more,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def losses(out):
    return [line.split()[3] for line in out.splitlines() if line.startswith("step ")]


def test_the_example_arrives_and_a_killed_broker_changes_nothing(broker, monitor):
    alone, said = train("alone", {"HEADROOM_TO": "none"}).communicate(timeout=300)
    assert len(losses(alone)) == 200, said

    job = train("whole", {"HEADROOM_KAFKA": broker.address})
    seen = set()
    while job.poll() is None:
        state = monitor.job("whole") or {}
        seen |= {str(value) for value in _words(state)}
    out, said = job.communicate()
    assert losses(out) == losses(alone), said
    ended = until(
        lambda: (monitor.job("whole") or {}).get("state") == "completed" and monitor.job("whole"),
        30,
        "the end",
    )
    assert ended["run"]
    assert {"forward", "backward", "optimizer_step"} & seen
    assert monitor.metric("headroom_job_predicted_peak_bytes", training_job="whole") is not None

    job = train("cut", {"HEADROOM_KAFKA": broker.address})
    lines = []
    for line in job.stdout:
        lines.append(line)
        if line.startswith("step 50 "):
            broker.kill()
    _, said = job.communicate(timeout=60)
    assert job.returncode == 0, said
    assert losses("".join(lines)) == losses(alone)
    assert "for watching" in lines[-1], lines[-1]
    assert said.count("headroom: ") == 2, said  # there is no GPU, and no broker any more


def _words(value):
    if isinstance(value, dict):
        for part in value.values():
            yield from _words(part)
    elif isinstance(value, list):
        for part in value:
            yield from _words(part)
    else:
        yield value


def test_a_file_is_published_later_with_the_times_at_which_it_was_made(jobs, broker, monitor, tmp_path):
    jobs.run(
        """
    import torch, headroom
    model = torch.nn.Linear(8, 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    headroom.watch(model, optimizer)
    for _ in range(5):
        model(torch.randn(6, 8)).sum().backward()
        optimizer.step()
        optimizer.zero_grad()
    """
    )
    with jobs.file.open("ab") as file:
        file.write(b'{"topic":"headroom.memo')
    published = subprocess.run(
        [sys.executable, "-m", "headroom", "publish", jobs.file, "--kafka", broker.address, "--timeout", "120"],
        capture_output=True,
        text=True,
    )
    count = len(jobs.file.read_bytes().splitlines()) - 1
    assert published.stderr.strip().endswith(f"line {count + 1}: not a whole line of JSON")
    assert published.returncode == 1
    assert published.stdout == f"{count} records sent, 0 not sent, 1 bad lines\n"
    until(lambda: (monitor.job("job") or {}).get("state") == "completed", 120, "the end")
    assert monitor.metric("headroom_job_predicted_peak_bytes", training_job="job") is not None


def test_publishing_to_no_broker_is_one_sentence(tmp_path):
    file = tmp_path / "run.jsonl"
    file.write_text('{"topic":"headroom.memory-samples","key":"k","value":{}}\n')
    published = subprocess.run(
        [sys.executable, "-m", "headroom", "publish", file, "--timeout", "1"],
        env={**os.environ, "HEADROOM_KAFKA": "127.0.0.1:1"},
        capture_output=True,
        text=True,
    )
    assert published.returncode == 1
    assert published.stderr.startswith("headroom: Kafka at 127.0.0.1:1 takes no records, 1 were not sent after 1 s")
    assert len(published.stderr.splitlines()) == 1
