"""What tests stand on: a job as a process, a real broker and monitor, the stand-in CUDA runtime."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
SCHEMAS = REPOSITORY / "src/main/resources/schema"


def missing(what):
    """A test misses what it needs: skipped here, failed where all tests have to run."""
    if os.environ.get("CI"):
        pytest.fail(f"missing: {what}")
    pytest.skip(f"missing: {what}")


@dataclass
class Ended:
    """A job that ended."""

    status: int
    out: str
    err: str
    records: list

    def of(self, topic):
        return [record["value"] for record in self.records if record["topic"].endswith(topic)]

    @property
    def configs(self):
        return self.of("layer-configs")

    @property
    def samples(self):
        return self.of("memory-samples")


class Jobs:
    """Runs training scripts, each in a process of its own that reports to a file."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "run.jsonl"
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HEADROOM", "SLURM", "TORCHELASTIC", "PYTHON"))
        }
        self.environment["HEADROOM_TO"] = f"file:{self.file}"
        self.environment["HEADROOM_JOB"] = "job"
        self.environment["HEADROOM_PERIOD"] = "0.05"
        self.environment["OMP_NUM_THREADS"] = "1"

    def script(self, code):
        path = self.folder / "train.py"
        path.write_text(textwrap.dedent(code))
        return path

    def start(self, code, *arguments, launcher=(), **environment):
        return subprocess.Popen(
            [sys.executable, *launcher, str(self.script(code)), *arguments],
            env={**self.environment, **environment},
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self, process, seconds=240):
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Ended(process.returncode, out, err, self.records())

    def run(self, code, *arguments, **environment):
        return self.wait(self.start(code, *arguments, **environment))

    def records(self):
        return read_records(self.file) if self.file.exists() else []


def read_records(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture
def jobs(tmp_path):
    return Jobs(tmp_path)


@pytest.fixture(scope="session")
def standin(tmp_path_factory):
    """The stand-in CUDA runtime, to be preloaded."""
    if shutil.which("cc") is None:
        missing("a C compiler")
    library = tmp_path_factory.mktemp("standin") / "libstandin.so"
    built = subprocess.run(
        ["sh", HERE / "standin/build.sh", library],
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
    )
    if built.returncode != 0:
        missing(f"the CUDA headers of PyTorch's wheels: {built.stderr[-300:]}")
    return {"LD_PRELOAD": str(library)}


def free_port():
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


def until(condition, seconds=60, what="it"):
    """Waits for a condition and returns its value."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s for {what}")


def java():
    homes = [os.environ.get("JAVA_HOME", ""), *map(str, Path("/usr/lib/jvm").glob("*25*"))]
    for home in homes:
        release = Path(home, "release")
        if home and release.exists() and 'JAVA_VERSION="25' in release.read_text():
            return str(Path(home, "bin/java"))
    return missing("a JDK 25")


class Broker:
    """A real Kafka broker on loopback."""

    def __init__(self, folder):
        self.folder = folder
        self.port, controller = free_port(), free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.process = None
        self.command = [java(), "-Xmx300m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        self.command += ["-cp", str(REPOSITORY / "target/broker/lib/*")]
        self.settings = folder / "server.properties"
        self.settings.write_text(
            textwrap.dedent(f"""\
            process.roles=broker,controller
            node.id=1
            controller.quorum.bootstrap.servers=127.0.0.1:{controller}
            controller.listener.names=CONTROLLER
            listeners=PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controller}
            advertised.listeners=PLAINTEXT://{self.address}
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
            log.dirs={folder / "data"}
            broker.session.timeout.ms=1500
            broker.heartbeat.interval.ms=250
            group.initial.rebalance.delay.ms=0
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            auto.create.topics.enable=false
            """)
        )
        form = ["kafka.tools.StorageTool", "format", "--standalone"]
        form += ["-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", str(self.settings)]
        subprocess.run([*self.command, *form], check=True, capture_output=True)

    def start(self):
        with (self.folder / "broker.log").open("ab") as log:
            self.process = subprocess.Popen([*self.command, "kafka.Kafka", str(self.settings)], stdout=log, stderr=log)
        until(self.answers, what=f"the broker, see {self.folder}/broker.log")

    def answers(self):
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        try:
            client = AdminClient({"bootstrap.servers": self.address, "log_level": 0})
            return bool(client.list_topics(timeout=1).brokers)
        except KafkaException:
            return False

    def create(self, topics):
        """Makes topics, where no monitor does."""
        from confluent_kafka.admin import AdminClient, NewTopic

        client = AdminClient({"bootstrap.servers": self.address, "log_level": 0})
        for made in client.create_topics([NewTopic(topic, 1, 1) for topic in topics]).values():
            made.result()

    def kill(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


class Monitor:
    """The real monitor."""

    def __init__(self, folder, broker):
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADROOM")}
        with (folder / "monitor.log").open("wb") as log:
            self.process = subprocess.Popen(
                [
                    java(),
                    "-Xmx512m",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dquarkus.http.host=127.0.0.1",
                    f"-Dquarkus.http.port={port}",
                    "-jar",
                    str(REPOSITORY / "target/quarkus-app/quarkus-run.jar"),
                ],
                env={**environment, "HEADROOM_KAFKA": broker.address},
                stdout=log,
                stderr=log,
            )
        until(lambda: self.get("/q/health/ready"), 120, f"the monitor, see {folder}/monitor.log")

    def get(self, path):
        try:
            with urllib.request.urlopen(self.address + path, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def job(self, name):
        answer = self.get(f"/api/v1/jobs/{name}")
        return json.loads(answer) if answer else None

    def metric(self, name, **labels):
        """The value of a series; None where there is none."""
        for line in (self.get("/metrics") or "").splitlines():
            series, _, value = line.rpartition(" ")
            if series.startswith(name + "{") and all(f'{label}="{text}"' in series for label, text in labels.items()):
                return float(value)
        return None


@pytest.fixture(scope="session")
def built():
    if not (REPOSITORY / "target/quarkus-app/quarkus-run.jar").exists():
        missing("a build of the monitor: ./headroom build")


@pytest.fixture
def broker(built, tmp_path):
    it = Broker(tmp_path)
    it.start()
    yield it
    it.kill()


@pytest.fixture
def monitor(broker, tmp_path):
    it = Monitor(tmp_path, broker)
    yield it
    it.process.terminate()
    it.process.wait(120)
