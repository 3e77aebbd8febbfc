"""The agent out of the kit that `pack` made, or out of a finished build beside it."""

import json
import os
import pathlib
import subprocess
import tarfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
KIT = ROOT / "target" / "gpu-check-kit.tar.xz"


def unpack(folder):
    """Unpacks the kit into a folder.

    Raises FileNotFoundError, which names the command that makes it, where there is no kit.
    """
    if not KIT.exists():
        raise FileNotFoundError(f"{KIT} is missing: run deploy/gpu-check/pack and bring it along")
    with tarfile.open(KIT, "r:xz") as kit:
        kit.extractall(folder, filter="data")
    return pathlib.Path(folder)


class Agent:
    """An agent that prints its readings into a file instead of sending them."""

    def __init__(self, kit, folder, probe, period_millis=500, name=None):
        self._said = pathlib.Path(folder) / f"{name or 'agent-' + probe}.jsonl"
        command = [
            str(kit / "java" / "bin" / "java"), "-Xmx64m", "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.bytedeco.javacpp.cachedir=" + str(pathlib.Path(folder) / "javacpp"),
            "-cp", str(kit / "lib") + "/*", "dev.headroom.cli.Main",
            "agent", "--print", "--probe", probe, "--period", str(period_millis),
            "--listen", "127.0.0.1:0",
        ]  # fmt: skip
        environment = {**os.environ, "HEADROOM_JOB": "gpu-check-agent"}
        with open(self._said, "w", encoding="utf-8") as said:
            self._process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=environment)
        self.pid = self._process.pid

    def messages(self, schema):
        """All messages of a schema so far, oldest first; a line that is still written is left."""
        found = []
        for line in self._said.read_text(encoding="utf-8").splitlines():
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if message.get("schema", "").startswith(f"headroom/{schema}/"):
                found.append(message)
        return found

    def wait_for(self, schema, seconds=30, **fields):
        """The newest message that comes from now on and has these fields.

        Raises TimeoutError with what the agent said last.
        """
        seen = len(self.messages(schema))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            fresh = self.messages(schema)[seen:]
            fitting = [m for m in fresh if all(m.get(k) == v for k, v in fields.items())]
            if fitting:
                return fitting[-1]
            time.sleep(0.2)
        last = self._said.read_text(encoding="utf-8").strip().splitlines()[-3:]
        raise TimeoutError(f"no {schema} with {fields} in {seconds} s; the agent said {last}")

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
