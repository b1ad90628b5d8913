"""The whole Kafka engine on one machine: broker, Redis, PostgreSQL where there is one, and our own processes."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deploy.local.broker import LocalBroker
from deploy.local.claim import claimed
from deploy.local.ports import ports_of
from deploy.local.postgres import LocalPostgres, PostgresRefused
from deploy.local.redis import LocalRedis
from deploy.local.role import Role, http_ready
from deploy.local.service import Service
from deploy.local.supervisor import Supervisor
from schemas.realms import DEMO, LIVE
from schemas.settings import Settings

SERVICES: Final = "services"
"""In the data folder: what belongs to the services, their ports and passwords."""
JARS_VARIABLE: Final = "NIGHTDESK_KAFKA_JARS"
"""Where Kafka's jars are kept, for whoever shares them between folders; else beside the services."""
_PORTS: Final = ("kafka", "controller", "redis", "postgres", "worker", "project", "ingest")


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
    """Until SIGTERM or Ctrl-C. CannotServe says what is missing on this machine, and what to do.

    `greet` is called once all is up, with the variables by which the parts find each other.
    """
    folder = settings.data / SERVICES
    with claimed(folder) as claim:
        ports = ports_of(folder / "ports.json", _PORTS)
        broker = LocalBroker(folder / "kafka", jars_folder(folder), ports["kafka"], ports["controller"])
        redis = LocalRedis(folder / "redis", ports["redis"])
        postgres = _postgres(folder / "postgres", ports["postgres"])
        redis.prepare()  # their addresses hold a password that is made now
        for one in postgres:
            one.prepare()
        environ = {
            **_where(settings),
            "NIGHTDESK_KAFKA": broker.bootstrap,
            "NIGHTDESK_REDIS": redis.url,
            "NIGHTDESK_REALM": (LIVE if demo is None else DEMO).name,
        }
        if postgres:
            environ["NIGHTDESK_RECORD"] = postgres[0].url
        stages: list[Sequence[Service]] = [(broker, redis, *postgres), *_roles(settings, ports, environ, demo)]
        Supervisor(claim, stages).run(lambda: greet(environ))


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


def _roles(
    settings: Settings, ports: dict[str, int], environ: dict[str, str], demo: Demo | None
) -> list[Sequence[Service]]:
    """Our own processes: first who folds and who shows, then who brings records."""

    def role(name: str, *words: str, port: int) -> Role:
        health = {"NIGHTDESK_HEALTH_PORT": str(ports[name])} if name in ports else {}
        host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - where to ask
        command = [sys.executable, "-m", "nightdesk", name, *words]
        return Role(name=name, command=command, env=environ | health, ready=http_ready(port, host=host))

    worker = role("worker", "--create-topics", port=ports["worker"])
    others = (
        role("project", port=ports["project"]),
        role("push", port=settings.push_port),
        role("api", *([] if demo is None else ["--speed", str(demo.speed)]), port=settings.port),
    )
    ingest = role("ingest", *([] if demo is None else demo.options), port=ports["ingest"])
    return [(worker,), others, (ingest,)]
