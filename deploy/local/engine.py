"""The whole Kafka engine on one machine: broker, Redis, PostgreSQL where there is one, and our own processes."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.broker import LocalBroker
from deploy.local.claim import claimed
from deploy.local.ports import LOOPBACK, ports_of
from deploy.local.postgres import LocalPostgres, PostgresRefused
from deploy.local.redis import LocalRedis
from deploy.local.role import Role, http_ready
from deploy.local.service import Service
from deploy.local.supervisor import Supervisor
from schemas.command_line import SERVICES, VARIABLES_FILE
from schemas.ports import listen
from schemas.realms import DEMO, LIVE
from schemas.settings import Settings

JARS_VARIABLE: Final = "NIGHTDESK_KAFKA_JARS"
"""Where Kafka's jars are kept, for whoever shares them between folders; else beside the services."""
_HEALTH_PORTS: Final = ("worker", "project", "push", "api", "ingest")
_PORTS: Final = ("kafka", "controller", "redis", "postgres", *_HEALTH_PORTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A simulated night in the place of feeds."""

    speed: float
    seed: int | None

    @property
    def options(self) -> list[str]:
        """What the ingest process is told."""
        return ["--demo", "--speed", str(self.speed), *([] if self.seed is None else ["--seed", str(self.seed)])]


def run_engine(settings: Settings, demo: Demo | None, greet: Callable[[Mapping[str, str]], None]) -> None:
    """Until SIGTERM or Ctrl-C. CannotServe says what is missing on this machine, and what to do; PortTaken.

    `greet` is called once all is up, with the variables by which the parts find each other.
    """
    folder = settings.data / SERVICES
    with claimed(folder) as claim:
        # the two that people use are taken later, by processes of ours: said now, before anything is started
        listen(settings.host, settings.port, "--port").close()
        listen(settings.host, settings.push_port, "--push-port").close()
        ports = ports_of(folder / "ports.json", _PORTS)
        services, found = stands_on(folder, ports, os.environ)
        found["NIGHTDESK_REALM"] = (LIVE if demo is None else DEMO).name
        _leave(folder / VARIABLES_FILE, found)
        environ = _where(settings) | found
        Supervisor(claim, [services, *roles(settings, ports, environ, demo)]).run(lambda: greet(environ))


def stands_on(
    folder: Path, ports: Mapping[str, int], given: Mapping[str, str]
) -> tuple[Sequence[Service], dict[str, str]]:
    """What is started beside our own processes, and the variables that say where it is. CannotServe.

    A Redis and a record that `given` names elsewhere are used, and none is started in their place.
    """
    broker = LocalBroker(folder / "kafka", jars_folder(folder), ports["kafka"], ports["controller"])
    services, found = list[Service]([broker]), {"NIGHTDESK_KAFKA": broker.bootstrap}
    for name, here in (
        ("NIGHTDESK_REDIS", lambda: (LocalRedis(folder / "redis", ports["redis"]),)),
        ("NIGHTDESK_RECORD", lambda: _postgres(folder / "postgres", ports["postgres"])),
    ):
        if elsewhere := given.get(name, "").strip():
            found[name] = elsewhere
            continue
        for one in here():
            one.prepare()  # its address holds a password that is made now
            services.append(one)
            found[name] = one.url
    return services, found


def _leave(file: Path, variables: dict[str, str]) -> None:
    """So that other commands on the folder find the same engine. Passwords are in it: its owner alone may read it."""
    new = file.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(variables, out)
    new.replace(file)


def jars_folder(folder: Path) -> Path:
    """Where Kafka's jars are kept."""
    given = os.environ.get(JARS_VARIABLE, "").strip()
    return Path(given).expanduser() if given else folder / "jars"


def _where(settings: Settings) -> dict[str, str]:
    """What our own processes are told of what they were told: an area, its files, and where people come in."""
    said = {
        "NIGHTDESK_DATA": settings.data,
        "NIGHTDESK_HOST": settings.host,
        "NIGHTDESK_PORT": settings.port,
        "NIGHTDESK_PUSH_PORT": settings.push_port,
        "NIGHTDESK_AREA": settings.area,
        "NIGHTDESK_AREAS": ",".join(settings.areas),
        "NIGHTDESK_REFERENCE": settings.reference,
        "NIGHTDESK_INBOX": settings.inbox,
        "NIGHTDESK_BASEMAP": settings.basemap,
        "NIGHTDESK_PUBLIC_ORIGIN": settings.public_origin,
        "NIGHTDESK_LOG_LEVEL": settings.log_level,
    }
    return {name: str(value) for name, value in said.items() if value is not None}


def _postgres(folder: Path, port: int) -> tuple[LocalPostgres, ...]:
    """PostgreSQL where it is installed; without it the record is files of the data folder."""
    try:
        return (LocalPostgres(folder, port),)
    except PostgresRefused:
        return ()


def roles(
    settings: Settings, ports: Mapping[str, int], environ: Mapping[str, str], demo: Demo | None
) -> list[Sequence[Service]]:
    """Our own processes: first who folds and who shows, then who brings records.

    Pages and sockets alone listen where people are. The ports on which each says how it is ask nobody who they are, so
    they are this machine's alone.
    """

    def role(name: str, *words: str) -> Role:
        inside = {"NIGHTDESK_HOST": LOOPBACK, "NIGHTDESK_HEALTH_PORT": str(ports[name])}
        command = [sys.executable, "-m", "nightdesk", name, *words]
        return Role(name=name, command=command, env={**environ, **inside}, ready=http_ready(ports[name]))

    def shown(name: str, *words: str, port: int) -> Role:
        host = LOOPBACK if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - where to ask
        command = [sys.executable, "-m", "nightdesk", name, "--health-host", LOOPBACK, *words]
        env = {**environ, "NIGHTDESK_HEALTH_PORT": str(ports[name])}
        return Role(name=name, command=command, env=env, ready=http_ready(port, host=host))

    others = (
        role("project"),
        shown("push", port=settings.push_port),
        shown("api", *([] if demo is None else ["--speed", str(demo.speed)]), port=settings.port),
    )
    return [(role("worker", "--create-topics"),), others, (role("ingest", *([] if demo is None else demo.options)),)]
