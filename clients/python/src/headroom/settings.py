"""What a job is called and where its records go: arguments first, then the environment."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from headroom.records import PREFIX

_BROKERS = "HEADROOM_KAFKA"
_PREFIX_VARIABLE = "HEADROOM_TOPIC_PREFIX"
_NAME_LENGTH = 128


class SettingsError(ValueError):
    """A setting is wrong; the text is one sentence that names it."""


@dataclass(frozen=True)
class Kafka:
    """Brokers, as properties of librdkafka; `bootstrap.servers` at least.

    Attributes:
        prefix: what the names of the topics begin with there.
    """

    properties: Mapping[str, str]
    prefix: str = PREFIX


@dataclass(frozen=True)
class File:
    """A file that records are appended to, one JSON object a line."""

    path: Path


@dataclass(frozen=True)
class Nowhere:
    """Nobody said where records go, or that they go nowhere.

    Attributes:
        wanted: whether that was said.
    """

    wanted: bool


Destination = Kafka | File | Nowhere


@dataclass(frozen=True)
class Settings:
    """Who reports, and where to.

    Attributes:
        job: the job's name.
        run: tells the starts of one job apart; the same on every rank.
        rank: this process among those of the job; None where there is one process.
        host: this machine, as the node's agent names it.
        ownership: `owner`, `team` and `namespace`, as far as they are known.
        period: seconds between two messages of a GPU.
        destination: where records go.
    """

    job: str
    run: str
    rank: int | None
    host: str
    period: float
    destination: Destination
    ownership: Mapping[str, str] = field(default_factory=dict)


def settings(
    environment: Mapping[str, str],
    *,
    job: str | None = None,
    run: str | None = None,
    to: str | None = None,
    kafka: str | Mapping[str, str] | None = None,
    period: float | None = None,
) -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: a value cannot be used.
    """
    host = _name(environment.get("HEADROOM_HOST") or socket.gethostname(), 253)
    rank = _number(environment, "RANK")
    return Settings(
        job=checked_name("job", job or environment.get("HEADROOM_JOB")) or _job(environment, host),
        run=checked_name("run", run or environment.get("HEADROOM_RUN")) or _run(environment, host),
        rank=rank,
        host=host,
        period=_period(period, environment),
        destination=destination(environment, to=to, kafka=kafka, rank=rank or 0),
        ownership=_ownership(environment),
    )


def destination(
    environment: Mapping[str, str],
    *,
    to: str | None = None,
    kafka: str | Mapping[str, str] | None = None,
    rank: int = 0,
) -> Destination:
    """Where records go: `HEADROOM_TO=file:PATH` or `none`, else the brokers of `HEADROOM_KAFKA`.

    `HEADROOM_KAFKA_SASL_USERNAME` and the like pass any property of librdkafka through: lower
    case, underscores are dots. `HEADROOM_TOPIC_PREFIX` is what the topics' names begin with.

    Raises:
        SettingsError: `HEADROOM_TO` is something else, or topics cannot begin like that.
    """
    target = to or (None if kafka else environment.get("HEADROOM_TO"))
    if target is not None:
        if target == "none":
            return Nowhere(wanted=True)
        if target.startswith("file:") and target != "file:":
            return File(Path(target[len("file:") :].replace("{rank}", str(rank))).expanduser())
        if target != "kafka":
            raise SettingsError(f"HEADROOM_TO is none of kafka, file:PATH, none: {target}")
    properties = {
        name[len(_BROKERS) + 1 :].lower().replace("_", "."): value
        for name, value in environment.items()
        if name.startswith(_BROKERS + "_") and len(name) > len(_BROKERS) + 1
    }
    brokers = kafka if isinstance(kafka, str) else environment.get(_BROKERS)
    if brokers:
        properties["bootstrap.servers"] = brokers
    if kafka is not None and not isinstance(kafka, str):
        properties.update(kafka)
    if not properties.get("bootstrap.servers"):
        return Nowhere(wanted=False)
    prefix = environment.get(_PREFIX_VARIABLE) or PREFIX
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,200}", prefix):
        raise SettingsError(f"{_PREFIX_VARIABLE} is not 1 to 200 of A-Z a-z 0-9 . _ - : {prefix}")
    return Kafka(properties, prefix)


def checked_name(what: str, name: str | None) -> str | None:
    """A name of a job or a run, as it was given.

    Raises:
        SettingsError: the contract has no such names.
    """
    if name is not None and not re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", name):
        raise SettingsError(f"{what} is not 1 to 128 of A-Z a-z 0-9 . _ : - : {name}")
    return name


def _period(period: float | None, environment: Mapping[str, str]) -> float:
    text = environment.get("HEADROOM_PERIOD", "1") if period is None else str(period)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0.01 <= seconds <= 3600:
        raise SettingsError(f"the period is not 0.01 to 3600 seconds: {text}")
    return seconds


def _number(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def _name(text: str, length: int = _NAME_LENGTH) -> str:
    return re.sub(r"[^A-Za-z0-9._:-]", "-", text)[:length] or "unknown"


def _job(environment: Mapping[str, str], host: str) -> str:
    """The script's name, and what tells it from the same script elsewhere, equal on every rank."""
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    script = Path(main).stem if main else "notebook"
    if script == "__main__" and main:
        script = Path(main).parent.name
    elastic = environment.get("TORCHELASTIC_RUN_ID", "none")
    shared = (
        environment.get("SLURM_JOB_ID")
        or (elastic if elastic != "none" else None)
        or (environment.get("MASTER_ADDR") if _ranks(environment) > 1 else None)
        or host
    )
    return _name(f"{script}-{shared}")


def _ownership(
    environment: Mapping[str, str], pod: Path = Path("/var/run/secrets/kubernetes.io/serviceaccount")
) -> dict[str, str]:
    """Whose job it is: said by `HEADROOM_OWNER` and the like, else by Slurm and by the pod."""
    namespace = environment.get("HEADROOM_NAMESPACE") or environment.get("POD_NAMESPACE")
    if not namespace:
        try:
            namespace = (pod / "namespace").read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            namespace = ""
    said = {
        "owner": environment.get("HEADROOM_OWNER") or environment.get("SLURM_JOB_USER"),
        "team": environment.get("HEADROOM_TEAM") or environment.get("SLURM_JOB_ACCOUNT"),
        "namespace": namespace,
    }
    return {name: re.sub(r"[^A-Za-z0-9._:@/-]", "-", text)[:64] for name, text in said.items() if text}


def _ranks(environment: Mapping[str, str]) -> int:
    return _number(environment, "WORLD_SIZE") or 1


def _run(environment: Mapping[str, str], host: str) -> str:
    """A new name for each start and each elastic restart, equal on every rank.

    On one node the launcher that started the ranks is what they share; on several nodes it is the
    rendezvous.
    """
    if _ranks(environment) == 1:
        return secrets.token_hex(8)
    parts = [
        environment.get(name, "")
        for name in (
            "TORCHELASTIC_RUN_ID",
            "TORCHELASTIC_RESTART_COUNT",
            "MASTER_ADDR",
            "MASTER_PORT",
            "SLURM_JOB_ID",
            "SLURM_STEP_ID",
            "SLURM_RESTART_COUNT",
        )
    ]
    if _number(environment, "LOCAL_WORLD_SIZE") in (None, _ranks(environment)):
        parts += [host, _launcher()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _launcher() -> str:
    """The parent process and when it started: process ids come again."""
    parent = os.getppid()
    try:
        started = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        started = ""
    return f"{parent} {started}"
