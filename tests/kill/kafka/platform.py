"""The whole Kafka engine as processes that may be killed: services and roles, each started again when it ends."""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO

import httpx

from deploy.local.broker import LocalBroker
from deploy.local.child import Child
from deploy.local.log_lines import LogLines
from deploy.local.ports import ports_of
from deploy.local.postgres import LocalPostgres, PostgresRefused
from deploy.local.redis import LocalRedis
from deploy.local.role import Role, http_ready
from deploy.local.service import Service
from schemas.command_line import wall
from schemas.realms import EXERCISE
from tests.builders_running import ROOT, until
from tests.builders_services import JARS, java_for_a_broker

BROKER, REDIS, POSTGRES = SERVICES = ("kafka", "redis", "postgres")
WORKERS: Final = ("worker-1", "worker-2")
GUEST: Final = "worker-3"
"""Joins now and then, and leaves."""
PUSHES, APIS = ("push-1", "push-2"), ("api-1", "api-2")
ROLES: Final = (*WORKERS, "project-1", "project-2", *PUSHES, *APIS)
LEAVES_WITHIN_S: Final = 30.0


class Platform:
    """Two of each role on a broker, a Redis and a PostgreSQL of its own, in the realm of exercises."""

    def __init__(self, folder: Path, log: TextIO) -> None:
        self.folder = folder
        names = (*SERVICES, *ROLES, GUEST)
        self._ports = ports_of(folder / "ports.json", [*names, "controller"])
        self.broker = LocalBroker(
            folder / "kafka", JARS, self._ports[BROKER], self._ports["controller"], java=java_for_a_broker()
        )
        self._redis = LocalRedis(folder / "redis", self._ports[REDIS], memory_mb=64)
        self._postgres = LocalPostgres(folder / "postgres", self._ports[POSTGRES])
        self._services: dict[str, Service] = {
            BROKER: self.broker, REDIS: self._redis, POSTGRES: self._postgres,
        }  # fmt: skip
        for service in self._services.values():
            service.prepare()
        self._lines = LogLines(log, names, wall=datetime.now, clock=time.monotonic)
        self._children: dict[str, Child] = {}

    @property
    def record(self) -> str:
        """Where PostgreSQL is."""
        return self._postgres.url

    @property
    def environ(self) -> dict[str, str]:
        """What every role of it is told."""
        return {
            "NIGHTDESK_KAFKA": self.broker.bootstrap, "NIGHTDESK_REDIS": self._redis.url,
            "NIGHTDESK_RECORD": self.record, "NIGHTDESK_REALM": EXERCISE.name, "PYTHONPATH": str(ROOT),
            "NIGHTDESK_DATA": str(self.folder / "shell"),
        }  # fmt: skip

    def port(self, name: str) -> int:
        """Where a role is asked: pages, sockets, or how it is."""
        return self._ports[name]

    def start(self) -> None:
        """Services, then workers, then the others; each stage when the one before is ready."""
        for stage in (SERVICES, WORKERS, ROLES[2:]):
            for name in stage:
                self.join(name)
            until(lambda stage=stage: not self.unready(stage), f"{stage} ready")  # type: ignore[misc]

    def join(self, name: str) -> None:
        """Start it, and again whenever it ends."""
        child = self._children[name] = Child(
            self._service(name), {}, self._lines, wall=wall, clock=time.monotonic, changed=lambda: None
        )
        child.start()

    def leave(self, name: str) -> str:
        """End it as an operator would, for good; how its last process ended."""
        child = self._children.pop(name)
        child.ask_to_end()
        child.end_within(LEAVES_WITHIN_S)
        return child.status.last_exit or ""

    def runs(self, name: str) -> bool:
        """Whether it is kept up now."""
        return name in self._children

    def say(self, text: str) -> None:
        """A line of the harness's own among those of the processes."""
        self._lines.say(text)

    def is_up(self, name: str) -> bool:
        """Whether there is a process of that name now; if not, it waits to be started again."""
        return self._children[name].status.pid is not None

    def kill(self, name: str) -> None:
        """SIGKILL to what runs under a name now."""
        self._children[name].kill()

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """SIGSTOP, and SIGCONT at the end; one that is killed meanwhile is not woken."""
        pid = self._children[name].status.pid
        with suppress(ProcessLookupError):
            if pid is not None:
                os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            if pid is not None and self._children[name].status.pid == pid:
                os.kill(pid, signal.SIGCONT)

    def unready(self, names: tuple[str, ...] = (*SERVICES, *ROLES)) -> list[str]:
        """Those of the names that do not serve now."""
        return [name for name in names if name in self._children and not self._children[name].service.is_ready()]

    def why_not(self) -> list[str]:
        """What those that do not serve say of themselves."""
        return [f"{name}: {_said(self.port(name))}" for name in self.unready()]

    def end(self) -> None:
        """Kill what runs, whatever it is."""
        for child in self._children.values():
            child.ask_to_end()
        for child in self._children.values():
            child.kill()
            child.end_within(5)
        self._lines.close()

    def _service(self, name: str) -> Service:
        return self._services.get(name) or self._role(name)

    def _role(self, name: str) -> Role:
        role, port = name.partition("-")[0], self._ports[name]
        ports = {"NIGHTDESK_HEALTH_PORT": str(port)}
        if name in PUSHES:
            ports = {"NIGHTDESK_PUSH_PORT": str(port), "NIGHTDESK_HEALTH_PORT": "0"}
        elif name in APIS:
            push = str(self._ports[PUSHES[0]])
            ports = {"NIGHTDESK_PORT": str(port), "NIGHTDESK_PUSH_PORT": push, "NIGHTDESK_HEALTH_PORT": "0"}
        words = ["--create-topics"] if role == "worker" else []
        own = {"NIGHTDESK_DATA": str(self.folder / name)}
        return Role(
            name=name, command=[sys.executable, str(ROOT / "nightdesk.py"), role, *words],
            env=self.environ | own | ports, ready=http_ready(port),
        )  # fmt: skip


def _said(port: int) -> str:
    """What /readyz answers."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, timeout=2).text
    except httpx.HTTPError as error:
        return repr(error)


@contextmanager
def platform(log: Path) -> Iterator[Platform]:
    """One that runs; what its processes say is in `log`. Killed at the end, and its folder is gone."""
    folder = Path(tempfile.mkdtemp(prefix="nightdesk-kill-", dir="/var/tmp"))
    folder.chmod(0o711)
    try:
        with log.open("w") as out:
            try:
                whole = Platform(folder, out)
            except PostgresRefused as refused:
                import pytest  # noqa: PLC0415

                pytest.skip(str(refused))
            try:
                whole.start()
                yield whole
            finally:
                whole.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
