"""The agent out of the kit that `pack` made, or out of a finished build beside it."""

import contextlib
import datetime
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


def _seconds(message):
    """The time of a message, in seconds since the epoch."""
    # Python 3.10 reads microseconds only, and no Z.
    whole, _, fraction = message["time"].removesuffix("Z").partition(".")
    return datetime.datetime.fromisoformat(whole + "+00:00").timestamp() + float(f"0.{fraction or 0}")


def _is(message, schema):
    return message["schema"].startswith(f"headroom/{schema}/")


class Agent:
    """An agent that prints its readings into a file instead of sending them."""

    def __init__(self, kit, folder, probe, period_millis=250, name=None):
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

    def reading(self, since, job=None, seconds=30, **fields):
        """What the agent read at one moment, which is later than another.

        A message has the time before its reading. So one that is younger than a change has seen the change. The
        agent says a process each time, and a GPU where something changed or 10 s went by. So a GPU's sample holds
        until its next one. All messages of a moment are there when one of a later moment is.

        Args:
            since: seconds since the epoch, such as those of `time.time()` after a change.
            job: the job whose process is asked for as well; its samples show that the GPU's one still holds.
            seconds: how long to wait.
            fields: what the GPU's sample has, such as `gpu`.

        Returns:
            the job's memory sample, None where no job is asked for; and the GPU's sample that holds with it.

        Raises:
            TimeoutError: with what the agent said last.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            messages = self._messages()
            devices = [m for m in messages if _is(m, "device-sample") and fields.items() <= m.items()]
            if job is None and devices and _seconds(devices[-1]) >= since:
                return None, devices[-1]
            for process in reversed(messages):
                moment = _seconds(process)
                if moment < since:
                    break
                lives = _is(process, "memory-sample") and process["job"] == job and process.get("phase") != "ended"
                if lives and moment < _seconds(messages[-1]):
                    held = [m for m in devices if m["gpu"] == process["gpu"] and _seconds(m) <= moment]
                    if held:
                        return process, held[-1]
            time.sleep(0.05)
        last = self._said.read_text(encoding="utf-8").strip().splitlines()[-3:]
        raise TimeoutError(f"no reading of {job} with {fields} in {seconds} s; the agent said {last}")

    def _messages(self):
        """All messages so far, oldest first; a line that is still written is left."""
        found = []
        for line in self._said.read_text(encoding="utf-8").splitlines():
            with contextlib.suppress(ValueError):
                message = json.loads(line)
                if isinstance(message, dict) and "time" in message:
                    found.append(message)
        return found

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
